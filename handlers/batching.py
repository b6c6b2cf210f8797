"""Several messages for one place, said as one: people read one notification, and Slack's limits are kept."""

from collections.abc import Sequence

from agents.core.records import OutboxRecord
from handlers.rendering import Rendered
from storage.outbox import Urgency

WORTH_IT = 5
"""So many waiting messages for one place become one."""

MOST = 10
BLOCKS = 50
TEXT = 3900

BATCHABLE = frozenset({"reply", "outcome", "pending_note", "announcement"})
"""Views that are posted once and never changed: the place of the others has to be their own."""


def may_join(row: OutboxRecord) -> bool:
    """Whether a waiting message can be part of another."""
    return (
        row.kind == "post"
        and row.view in BATCHABLE
        and row.urgency >= Urgency.RESULT
        and row.state == "queued"
        and row.error is None
        and not row.params.get("alone")
        and not row.params.get("riders")
    )


def riders_of(row: OutboxRecord, waiting: Sequence[OutboxRecord]) -> list[OutboxRecord]:
    """The messages that leave with this one, in order; none when too few wait for the same place."""
    if not may_join(row) or not row.channel:
        return []
    here = [
        one
        for one in waiting
        if one.id != row.id and may_join(one) and (one.channel, one.thread_ts) == (row.channel, row.thread_ts)
    ]
    return here[: MOST - 1] if len(here) + 1 >= WORTH_IT else []


def join(parts: Sequence[Rendered]) -> Rendered:
    """One message that says all of them, with a line between. Where their blocks are too many, their texts alone."""
    heading = f"{len(parts)} updates"
    text = "\n".join([heading, *(part.text for part in parts)])
    blocks: list[dict[str, object]] = [
        {"type": "context", "elements": [{"type": "mrkdwn", "text": f"*{heading}*"}]},
    ]
    for part in parts:
        blocks.append({"type": "divider"})
        blocks += part.blocks or [{"type": "section", "text": {"type": "mrkdwn", "text": part.text[:3000]}}]
    ids = [str(block["block_id"]) for block in blocks if block.get("block_id")]
    fits = len(blocks) <= BLOCKS and len(ids) == len(set(ids))
    return Rendered(role="batch", text=text[:TEXT], blocks=blocks if fits else [])
