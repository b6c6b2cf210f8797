"""Setting up a digest in a dialog."""

from agents.core.report import ReportKind
from handlers.blocks import text as t
from handlers.blocks.elements import Block, context, field, modal, option, select, text_input
from handlers.ids import Action, Held, Modal

KINDS = {
    ReportKind.QUEUE_HEALTH: "Queue health: waiting, running, stuck, failed",
    ReportKind.APPROVALS: "Approvals: what waits for whom, and how long",
    ReportKind.AGENTS: "Agent performance: rates and trends",
    ReportKind.SUPPORT: "Support: tickets opened, closed, past due",
    ReportKind.WEEKLY: "Weekly: the headline of each",
}


def digest_dialog(timezone: str, held: Held) -> Block:
    """Channel, content, time and zone; nothing is sent before a person has chosen all four."""
    kinds = [option(words, kind) for kind, words in KINDS.items()]
    channel: Block = {
        "type": "conversations_select",
        "action_id": Action.INPUT.value,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if held.channel[:1] in ("C", "G"):
        channel["initial_conversation"] = held.channel
    return modal(
        "New digest",
        [
            field("Channel", channel, block_id="in.channel"),
            field("Content", select(Action.INPUT, kinds, initial=kinds[0]), block_id="in.kind"),
            field(
                "When",
                text_input(Action.INPUT, initial="weekdays 09:00", max_length=100),
                block_id="in.when",
                hint="For example: weekdays 09:00, mon,thu 16:30, daily 8am, monthly last 17:00",
            ),
            field(
                "Time zone",
                text_input(Action.INPUT, initial=timezone, max_length=60),
                block_id="in.zone",
                hint="For example: Europe/Berlin",
            ),
            context(t.mrkdwn("The answer shows the next three times.")),
        ],
        callback_id=Modal.DIGEST,
        submit="Set up",
        close="Go back",
        metadata=held.pack(),
    )
