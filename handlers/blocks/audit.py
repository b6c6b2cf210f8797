"""Lines of the audit, as people read them."""

from collections.abc import Mapping, Sequence

from agents.core.trace import AuditRow
from handlers.blocks import text as t
from handlers.blocks.elements import Block, bullets, context, paragraph, rich

SHOWN = (
    "verdict",
    "tool",
    "reason",
    "why",
    "error",
    "was",
    "door",
    "outcome",
    "code",
    "access",
    "escalation_id",
    "tier",
)
"""What a line shows besides who, when and what; digests and keys are for the export."""


def audit_lines(rows: Sequence[AuditRow], job_id: int, *, more: bool, tools: Mapping[str, str]) -> list[Block]:
    """One bullet for each line, oldest first. `tools` says what people call each tool."""
    head = paragraph(t.words(f"The audit of J{job_id}", bold=True))
    if not rows:
        return [rich(head), context(t.mrkdwn("There are no lines."))]
    blocks = [rich(head, bullets(*[_line(row, tools) for row in rows]))]
    note = "`calmops audit export` gives everything, with hashes."
    if more:
        note = f"`/ops audit J{job_id} after={rows[-1].seq}` goes on. {note}"
    blocks.append(context(t.mrkdwn(note)))
    return blocks


def _line(row: AuditRow, tools: Mapping[str, str]) -> list[t.Rich]:
    line = [
        t.moment(row.at, "{date_short_pretty} {time_secs}"),
        t.words(f"  {row.event.replace('.', ' ').replace('_', ' ')}  ", bold=True),
        t.person(row.actor),
    ]
    details = {name: row.data[name] for name in SHOWN if row.data.get(name) not in (None, "", [])} | dict(row.texts)
    if "tool" in details:
        details["tool"] = tools.get(str(details["tool"]), details["tool"])
    said = ", ".join(
        f"{name.replace('_', ' ')} {t.clip(' '.join(str(value).split()), 120)}" for name, value in details.items()
    )
    return [*line, t.words(f"  {t.clip(said, 400)}")] if said else line
