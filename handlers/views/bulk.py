"""Approving several: the ticks, then the confirmed count."""

from agents.core.errors import InvalidInput
from agents.core.records import EscalationRecord
from handlers import operations
from handlers.blocks.bulk import bulk_report, bulk_review
from handlers.blocks.proposal import Shown, shown_args
from handlers.cards import tool_of
from handlers.deciding import heard
from handlers.ids import Held, read_ref
from handlers.views.submission import Answer, Submission
from storage import inbox
from storage.store import Tx


async def handle_bulk(submission: Submission) -> Answer:
    """Shows every ticked question in full before anything is decided."""
    picked = submission.ticked("in.bulk")
    if not picked:
        return await submission.errors({"in.bulk0": "Tick at least one."})
    refs = [read_ref(value) for value in picked]
    registry = submission.deps.registry

    def read(tx: Tx) -> list[tuple[EscalationRecord, tuple[Shown, ...]]]:
        found = []
        for escalation in inbox.of_ids(tx, [ref.id for ref in refs]):
            tool = tool_of(registry, escalation)
            found.append((escalation, shown_args(tool.args if tool else None, escalation.final_args)))
        return found

    chosen = await submission.deps.store.read(read)
    held = Held(picked=tuple(picked), page=len(picked))
    view = bulk_review(chosen, max(submission.held.page, len(picked)), held)
    return await submission.write(lambda _: None, answer={"response_action": "update", "view": view})


async def handle_bulk_confirm(submission: Submission) -> Answer:
    """Approves each, checked again one by one, and tells what was left as it is."""
    refs = [read_ref(value) for value in submission.held.picked]
    if not refs:
        raise InvalidInput("I lost track of this dialog. Please open it again.")
    deps = submission.deps
    hearing = await heard(deps, submission.actor)

    def work(tx: Tx) -> Answer:
        report = operations.approve_all(
            tx,
            deps.policy(),
            [(ref.id, ref.version) for ref in refs],
            hearing.person,
            door="bulk",
            count=len(refs),
            registry=deps.registry,
        )
        done = [one.id for one in report.approved]
        return {"response_action": "update", "view": bulk_report(done, [(one.id, one.why) for one in report.skipped])}

    return await submission.write_answer(work)
