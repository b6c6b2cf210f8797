"""Approve several alike: tick, review, confirm a count."""

from agents.core.errors import Conflict
from agents.core.ids import JobId
from agents.core.records import EscalationRecord
from handlers import operations
from handlers.actions.press import Press
from handlers.blocks.bulk import bulk_dialog
from handlers.ids import Held
from storage import escalations, inbox
from storage.store import Tx


async def handle_bulk(press: Press) -> None:
    """Opens the list of questions that are alike with the one the button stands for."""
    policy = press.deps.policy()

    def read(tx: Tx) -> tuple[list[EscalationRecord], dict[JobId, str]]:
        first = escalations.get(tx, press.ref.id)
        found = operations.alike(policy, inbox.like(tx, first, limit=policy.of(first.agent).limits.bulk))
        return found, inbox.summaries(tx, [one.job_id for one in found])

    chosen, about = await press.deps.store.read(read)
    if len(chosen) < 2:
        raise Conflict("There are not several of these any more. Please open Home again.")
    await press.open(bulk_dialog(chosen, about, Held(page=len(chosen))))
    await press.write(lambda _: None)
