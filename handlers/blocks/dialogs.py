"""The dialogs of a card. Closing any of them decides nothing."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from agents.core.records import EscalationKind
from agents.core.text import visible
from handlers.blocks import text as t
from handlers.blocks.card import Card, choice_buttons, evidence_line
from handlers.blocks.elements import (
    Block,
    actions,
    bullets,
    button,
    context,
    divider,
    field,
    modal,
    option,
    paragraph,
    rich,
    section,
    select,
    text_input,
)
from handlers.blocks.form import form
from handlers.blocks.proposal import args_in_full
from handlers.ids import Action, Held, Modal

REASONS: Mapping[str, str] = {
    "wrong_data": "Wrong data",
    "wrong_target": "Wrong target",
    "not_now": "Not now",
    "against_policy": "Against policy",
    "other": "Other",
}
SNOOZES: Mapping[str, tuple[str, int]] = {
    "1800": ("Half an hour", 1800),
    "3600": ("1 hour", 3600),
    "14400": ("4 hours", 14400),
    "57600": ("Until tomorrow (16 hours)", 57600),
}
PAGE_BLOCKS = 40
PAGE_CHARACTERS = 60_000


def reject_dialog(card: Card, held: Held) -> Block:
    """Asks why; every part of it may be left as it is."""
    choices = [option(label, value) for value, label in REASONS.items()]
    shadow = card.escalation.kind is EscalationKind.SHADOW
    return modal(
        "Practice: I would not" if shadow else "Reject",
        [
            rich(paragraph(t.words(t.clip(card.escalation.question, 1000), bold=True))),
            field(
                "Reason",
                {"type": "radio_buttons", "action_id": Action.INPUT, "options": choices},
                block_id="in.reason",
                optional=True,
            ),
            field(
                "Note",
                text_input(Action.INPUT, multiline=True, max_length=1000, placeholder="What would have been right?"),
                block_id="in.note",
                optional=True,
                hint="The requester reads it, and the agent learns from it.",
            ),
        ],
        callback_id=Modal.REJECT,
        submit="I would not" if shadow else "Reject",
        close="Go back",
        metadata=held.pack(),
    )


def edit_dialog(card: Card, model: type[BaseModel], locked: frozenset[str], held: Held) -> Block:
    """The proposal as a form. Record keys and identity are locked: they are shown, not offered."""
    fixed = [one for one in card.shown if one.name in locked]
    blocks: list[Block] = [rich(paragraph(t.words(t.clip(card.escalation.question, 1000), bold=True)))]
    if fixed:
        blocks.append(
            rich(bullets(*[(t.words(f"{one.title}: "), one.piece, t.words("  fixed", italic=True)) for one in fixed]))
        )
    blocks += form(model, card.escalation.final_args, locked=locked)
    blocks.append(context(t.mrkdwn("The change is recorded as old → new. No change is a plain approval.")))
    submit = "This instead" if card.escalation.kind is EscalationKind.SHADOW else "Approve as edited"
    return modal(
        "Edit, then approve", blocks, callback_id=Modal.EDIT, submit=submit, close="Go back", metadata=held.pack()
    )


def review_dialog(card: Card, held: Held, *, may_decide: bool = True) -> Block:
    """Everything there is to know, in full. Approval is offered on the last page only."""
    pages = _pages(_everything(card))
    page = min(max(held.page, 0), len(pages) - 1)
    blocks = list(pages[page])
    if len(pages) > 1:
        turns = []
        if page > 0:
            turns.append(button("Back", f"{Action.PAGE}#back", str(page - 1)))
        if page < len(pages) - 1:
            turns.append(button("Next page", f"{Action.PAGE}#next", str(page + 1), style="primary"))
        blocks += [context(t.mrkdwn("Page {} of {}", str(page + 1), str(len(pages)))), actions(*turns)]
    decides = may_decide and page == len(pages) - 1
    escalation = card.escalation
    if decides and escalation.choices:
        blocks.append(actions(*choice_buttons(card)))
    return modal(
        "Review and decide" if may_decide else "Everything about it",
        blocks,
        callback_id=Modal.REVIEW,
        submit=_submit(card) if decides and not escalation.choices else None,
        close="Go back",
        metadata=held.at(page).pack(),
    )


def _submit(card: Card) -> str:
    if card.escalation.kind is EscalationKind.SHADOW:
        return "I would too"
    verb = card.escalation.verb
    return verb if 0 < len(verb) <= 24 else "Approve"


def ask_dialog(card: Card, held: Held) -> Block:
    """A question back to whoever asked for the work."""
    return modal(
        "Ask for details",
        [
            rich(
                paragraph(
                    t.words("The question goes to "),
                    t.person(card.escalation.requester),
                    t.words(" in the thread. It stays open for a decision meanwhile."),
                )
            ),
            field("Your question", text_input(Action.INPUT, multiline=True, max_length=1000), block_id="in.question"),
        ],
        callback_id=Modal.ASK,
        submit="Ask",
        close="Go back",
        metadata=held.pack(),
    )


def reassign_dialog(card: Card, held: Held) -> Block:
    """Hands the question to one person."""
    return modal(
        "Reassign",
        [
            rich(paragraph(t.words(t.clip(card.escalation.question, 1000), bold=True))),
            field("Who should decide?", {"type": "users_select", "action_id": Action.INPUT}, block_id="in.person"),
            context(t.mrkdwn("They are told in the thread. The other approvers may still decide.")),
        ],
        callback_id=Modal.REASSIGN,
        submit="Reassign",
        close="Go back",
        metadata=held.pack(),
    )


def snooze_dialog(card: Card, held: Held) -> Block:
    """Moves the reminder, never the expiry."""
    left = card.escalation.expires_at - card.now
    choices = [option(label, value) for value, (label, seconds) in SNOOZES.items() if seconds < left]
    if not choices:
        return notice(
            t.mrkdwn("This expires at {}, so there is no time to snooze it.", t.at_time(card.escalation.expires_at))
        )
    return modal(
        "Snooze",
        [
            field("Remind again in", select(Action.INPUT, choices, initial=choices[0]), block_id="in.seconds"),
            context(
                t.mrkdwn("Only the reminder moves. It still expires at {}.", t.at_time(card.escalation.expires_at))
            ),
        ],
        callback_id=Modal.SNOOZE,
        submit="Snooze",
        close="Go back",
        metadata=held.pack(),
    )


def notice(sentence: t.Mrkdwn, *, title: str = "Calmops", more: Sequence[Block] = ()) -> Block:
    """One sentence in a dialog with nothing to submit."""
    return modal(title, [section(sentence), *more], callback_id=Modal.NOTICE)


def loading(title: str = "One moment") -> Block:
    """Opened at once, because Slack's permission to open a dialog lives three seconds; replaced as soon as it is ready."""
    return modal(title, [section(t.mrkdwn("Loading …"))], callback_id=Modal.NOTICE)


def _everything(card: Card) -> list[Block]:
    escalation = card.escalation
    blocks: list[Block] = [
        rich(*[paragraph(t.words(piece, bold=True)) for piece in _chunks(escalation.question)]),
        rich(
            paragraph(t.words("Why you are asked: ", italic=True)),
            *[paragraph(t.words(piece)) for piece in _chunks(escalation.because or "This agent asks before it acts.")],
        ),
        divider(),
    ]
    blocks += args_in_full(card.shown)
    lines = []
    for piece in escalation.evidence:
        for place, part in enumerate(_chunks(piece.text)):
            label = piece.label if place == 0 else f"{piece.label}, continued"
            lines.append(evidence_line(label, part, piece.url if place == 0 else None))
    if lines:
        blocks.append(rich(paragraph(t.words("What speaks for it", italic=True))))
    # A long line has a block of its own, short ones share: Slack's limits count per block.
    for start in range(0, len(lines), 5):
        several = lines[start : start + 5]
        if sum(len(str(one)) for one in several) < 3000:
            blocks.append(rich(bullets(*several)))
        else:
            blocks += [rich(bullets(one)) for one in several]
    if escalation.confidence is not None:
        blocks.append(context(t.mrkdwn("{} sure", f"{min(escalation.confidence, 0.99):.0%}")))
    blocks.append(
        context(
            t.joined(
                [
                    t.mrkdwn(
                        "E{} in J{}, version {}", str(escalation.id), str(escalation.job_id), str(escalation.version)
                    ),
                    t.mrkdwn("{} risk", escalation.tier),
                    t.mrkdwn("tool {}", card.tool or "none"),
                    t.mrkdwn("expires {}", t.at_time(escalation.expires_at)),
                ]
            )
        )
    )
    return blocks


def _chunks(text: str, size: int = 2800) -> list[str]:
    text = visible(text)
    return [text[start : start + size] for start in range(0, len(text), size)] or [" "]


def _pages(blocks: Sequence[Block]) -> list[list[Block]]:
    """Splits blocks so that every page is well inside Slack's limits."""
    pages: list[list[Block]] = [[]]
    weight = 0
    for block in blocks:
        size = len(str(block))
        if pages[-1] and (len(pages[-1]) >= PAGE_BLOCKS or weight + size > PAGE_CHARACTERS):
            pages.append([])
            weight = 0
        pages[-1].append(block)
        weight += size
    return pages
