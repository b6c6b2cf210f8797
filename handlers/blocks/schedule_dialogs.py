"""Setting up and changing digests and scheduled runs in a dialog."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.core.canonical import sha256
from agents.core.report import ReportKind
from handlers.blocks import text as t
from handlers.blocks.elements import Block, context, field, modal, option, section, select, text_input
from handlers.ids import Action, Held, Modal

KINDS = {
    ReportKind.QUEUE_HEALTH: "Queue health: waiting, running, stuck, failed",
    ReportKind.APPROVALS: "Approvals: what waits for whom, and how long",
    ReportKind.AGENTS: "Agent performance: rates and trends",
    ReportKind.SUPPORT: "Support: tickets opened, closed, past due",
    ReportKind.WEEKLY: "Weekly: the week in numbers, beside the one before",
}


@dataclass(frozen=True, kw_only=True)
class Form:
    """What stands in the fields. `name` is the digest or the agent, `text` what the agent is given."""

    channel: str = ""
    name: str = ""
    text: str = ""
    when: str = "weekdays 09:00"
    zone: str = ""

    @property
    def seen(self) -> tuple[str, ...]:
        """What somebody had before them, short enough for a dialog to remember: what they then leave as it is must not
        undo what others change meanwhile."""
        return (self.when, self.zone, self.channel, self.name, sha256(self.text)[:16])


def digest_dialog(form: Form, held: Held, *, above: t.Mrkdwn | None = None) -> Block:
    """Channel, content, time and zone; nothing is sent before a person has chosen all four. With a `held.ref` it changes
    the digest of that number and version. `above` is said first: what others did in the meantime."""
    kinds = [option(words, kind) for kind, words in KINDS.items()]
    chosen = next((one for one in kinds if one["value"] == form.name), kinds[0])
    return modal(
        f"Change D{held.ref.partition('.')[0]}" if held.ref else "New digest",
        [
            *_said(above),
            field("Channel", _channel(form.channel), block_id="in.channel"),
            field("Content", select(Action.INPUT, kinds, initial=chosen), block_id="in.kind"),
            *_when(form),
        ],
        callback_id=Modal.DIGEST,
        submit="Save" if held.ref else "Set up",
        close="Go back",
        metadata=held.pack(),
    )


def run_dialog(form: Form, agents: Sequence[tuple[str, str]], held: Held, *, above: t.Mrkdwn | None = None) -> Block:
    """Which agent (name and title), what it is given, when. Whoever changes one keeps its agent."""
    if held.ref:
        title = next((title for name, title in agents if name == form.name), form.name)
        who = [section(t.mrkdwn("*{}* runs by the clock.", title))]
    else:
        options = [option(title, name) for name, title in agents]
        chosen = next((one for one in options if one["value"] == form.name), options[0])
        who = [field("Agent", select(Action.INPUT, options, initial=chosen), block_id="in.agent")]
    text = text_input(Action.INPUT, initial=form.text or None, multiline=True, max_length=2000)
    return modal(
        f"Change D{held.ref.partition('.')[0]}" if held.ref else "New schedule",
        [
            *_said(above),
            *who,
            field("What it is given", text, block_id="in.text", hint="As after its name in /ops run", optional=True),
            field("Channel", _channel(form.channel), block_id="in.channel", hint="Where it reports."),
            *_when(form),
        ],
        callback_id=Modal.SCHEDULE,
        submit="Save" if held.ref else "Set up",
        close="Go back",
        metadata=held.pack(),
    )


def _said(above: t.Mrkdwn | None) -> list[Block]:
    return [section(above)] if above else []


def _channel(initial: str) -> Block:
    channel: Block = {
        "type": "conversations_select",
        "action_id": Action.INPUT.value,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if initial[:1] in ("C", "G"):
        channel["initial_conversation"] = initial
    return channel


def _when(form: Form) -> list[Block]:
    return [
        field(
            "When",
            text_input(Action.INPUT, initial=form.when, max_length=150),
            block_id="in.when",
            hint="For example: weekdays 09:00, mon,thu 16:30, daily 8am except holidays, monthly last 17:00",
        ),
        field(
            "Time zone",
            text_input(Action.INPUT, initial=form.zone, max_length=60),
            block_id="in.zone",
            hint="For example: Europe/Berlin",
        ),
        context(t.mrkdwn("The answer shows the next three times.")),
    ]
