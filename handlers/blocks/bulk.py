"""Several alike questions with one confirmed count: tick, review every one, then approve that many."""

from collections.abc import Mapping, Sequence

from agents.core.ids import JobId
from agents.core.records import EscalationRecord
from handlers.blocks import text as t
from handlers.blocks.elements import Block, context, field, modal, paragraph, rich
from handlers.blocks.proposal import Shown, args_in_one_line
from handlers.ids import Action, Held, Modal, Ref

GROUP = 10
"""Slack's limit for one list of checkboxes."""


def ref_of(escalation: EscalationRecord) -> str:
    return Ref(id=escalation.id, version=escalation.version).pack()


def bulk_dialog(questions: Sequence[EscalationRecord], about: Mapping[JobId, str], held: Held) -> Block:
    """Nothing is ticked at the start: approving needs a hand for each. `about` says what each job is about."""
    blocks: list[Block] = [
        rich(paragraph(t.words("Tick what you want to approve. You see each one in full before anything happens.")))
    ]
    for start in range(0, len(questions), GROUP):
        options = [_tick(one, about.get(one.job_id, "")) for one in questions[start : start + GROUP]]
        label = "Questions" if start == 0 else "More"
        element = {"type": "checkboxes", "action_id": Action.INPUT.value, "options": options}
        blocks.append(field(label, element, block_id=f"in.bulk{start // GROUP}", optional=True))
    return modal(
        "Approve several",
        blocks,
        callback_id=Modal.BULK,
        submit="Review selected",
        close="Go back",
        metadata=held.pack(),
    )


def _tick(one: EscalationRecord, about: str) -> Block:
    asked = {"type": "plain_text", "text": t.clip(f"E{one.id}  {one.question}", 75), "emoji": False}
    tick: Block = {"text": asked, "value": ref_of(one)}
    if about.strip():
        tick["description"] = {"type": "plain_text", "text": t.clip(" ".join(about.split()), 75), "emoji": False}
    return tick


def bulk_review(chosen: Sequence[tuple[EscalationRecord, Sequence[Shown]]], total: int, held: Held) -> Block:
    """Every chosen question in full; submit says how many of how many."""
    blocks: list[Block] = []
    for escalation, shown in chosen:
        number = t.words(f"E{escalation.id}  ", bold=True)
        blocks.append(
            rich(
                paragraph(number, t.words(t.clip(escalation.question, 400), bold=True)),
                paragraph(t.words(t.clip(escalation.because, 200))),
            )
        )
        blocks += args_in_one_line(shown)
    blocks.append(context(t.mrkdwn("One decision is recorded for each. Nothing is allowed for the future.")))
    submit = t.clip(f"Approve {len(chosen)} of {total}", 24)
    return modal(
        "Approve these?", blocks, callback_id=Modal.BULK_CONFIRM, submit=submit, close="Go back", metadata=held.pack()
    )


def bulk_report(approved: Sequence[int], skipped: Sequence[tuple[int, str]]) -> Block:
    """What became of each."""
    done = t.count(len(approved), "question")
    blocks: list[Block] = [rich(paragraph(t.words(f"Approved: {done}.", bold=True)))]
    for id, why in skipped[:40]:
        blocks.append(rich(paragraph(t.words(f"E{id} was left as it is: ", bold=True), t.words(t.clip(why, 300)))))
    return modal("Done", blocks, callback_id=Modal.NOTICE)
