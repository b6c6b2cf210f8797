"""The card that puts a question to people: what is asked, why, exactly what would happen, who decides and by when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from agents.core.contract import Tier
from agents.core.ids import PersonId
from agents.core.policy import People
from agents.core.records import (
    EffectRecord,
    EffectState,
    EscalationKind,
    EscalationRecord,
    EscalationState,
    JobRecord,
    Verdict,
)
from agents.core.status import FINISHED
from handlers.blocks import text as t
from handlers.blocks.elements import (
    Block,
    actions,
    bullets,
    button,
    confirmation,
    context,
    option,
    overflow,
    paragraph,
    rich,
)
from handlers.blocks.proposal import Shown, args_on_card, changes, fits_on_card
from handlers.ids import Action, More, Ref

QUESTION = 400
BECAUSE = 700
EVIDENCE = 220
EVIDENCE_LINES = 3


class Phase(StrEnum):
    """Where a question stands, as a person sees it."""

    PENDING = "pending"
    RUNNING = "running"
    ANSWERED = "answered"
    DONE = "done"
    REJECTED = "rejected"
    TAKEN_OVER = "taken_over"
    FAILED = "failed"
    UNKNOWN = "unknown"
    UNDONE = "undone"
    NOT_RUN = "not_run"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


@dataclass(frozen=True, kw_only=True)
class Vote:
    """One approval of several."""

    person: PersonId
    at: float
    on_behalf_of: PersonId | None = None


@dataclass(frozen=True, kw_only=True)
class Card:
    """Everything a card is drawn from. `now` is when it is drawn; `before` are the arguments as proposed, `shown` as they
    stand (an approver may have edited them)."""

    escalation: EscalationRecord
    job: JobRecord
    now: float
    shown: tuple[Shown, ...] = ()
    before: tuple[Shown, ...] = ()
    approvers: People = field(default_factory=People)
    quorum: int = 1
    votes: tuple[Vote, ...] = ()
    effect: EffectRecord | None = None
    irreversible: bool = False
    undoable: bool = False
    editable: bool = False
    target: str = ""
    tool: str = ""
    """The title of the tool that would run."""
    paused_by: PersonId | None = None
    asked: tuple[PersonId, str] | None = None
    """Who asked for details, and what."""
    asked_next: People = field(default_factory=People)
    """Whom it was passed on to when nobody answered."""
    replacement: str | None = None
    """Where the question that replaced this one is."""

    @property
    def ref(self) -> str:
        return Ref(id=self.escalation.id, version=self.escalation.version).pack()


def phase_of(card: Card) -> Phase:
    """Where the question stands. What became of an approved call is read from the journal, never guessed."""
    escalation = card.escalation
    match escalation.state:
        case EscalationState.PENDING:
            return Phase.PENDING
        case EscalationState.EXPIRED:
            return Phase.EXPIRED
        case EscalationState.WITHDRAWN:
            return Phase.WITHDRAWN
        case EscalationState.REPLACED:
            return Phase.REPLACED
        case EscalationState.DECIDED:
            pass
    match escalation.verdict:
        case Verdict.REJECTED:
            return Phase.REJECTED
        case Verdict.TAKEN_OVER:
            return Phase.TAKEN_OVER
        case _ if escalation.kind is not EscalationKind.APPROVE:
            return Phase.ANSWERED
    if card.effect is None:
        return Phase.NOT_RUN if card.job.status in FINISHED else Phase.RUNNING
    match card.effect.state:
        case EffectState.INTENDED:
            return Phase.RUNNING
        case EffectState.DONE:
            return Phase.DONE
        case EffectState.FAILED:
            return Phase.FAILED
        case EffectState.UNKNOWN:
            return Phase.UNKNOWN
        case EffectState.UNDONE:
            return Phase.UNDONE
        case EffectState.SKIPPED:
            return Phase.NOT_RUN


def needs_review(escalation: EscalationRecord, shown: Sequence[Shown]) -> bool:
    """Whether a person must open everything before approving: it does not fit a card, or the stakes are the highest."""
    return (
        not fits_on_card(shown)
        or len(escalation.question) > QUESTION
        or len(escalation.because) > BECAUSE
        or escalation.tier is Tier.CRITICAL
    )


def pending_card(card: Card) -> list[Block]:
    """The open question with its buttons."""
    escalation = card.escalation
    blocks = [rich(paragraph(*_question(card)), block_id=block_id(card, "question"))]
    blocks.append(rich(*_why(card), block_id=block_id(card, "why")))
    blocks += args_on_card(card.shown, block_id=block_id(card, "args"))
    if escalation.evidence or escalation.confidence is not None:
        blocks.append(rich(*_evidence(card), block_id=block_id(card, "evidence")))
    blocks += [context(note) for note in _notes(card)]
    blocks.append(context(_terms(card), block_id=block_id(card, "terms")))
    blocks.append(actions(*_buttons(card), block_id=block_id(card, "actions")))
    return blocks


def _question(card: Card) -> list[t.Rich]:
    escalation = card.escalation
    asked = t.clip(escalation.question, QUESTION)
    if escalation.kind is EscalationKind.SHADOW:
        return [
            t.words("Practice: would ", italic=True),
            t.words(f"{asked[:1].lower()}{asked[1:].rstrip('?')}.", bold=True),
        ]
    lead = (
        [t.words(f"{escalation.tier.capitalize()} risk", bold=True, code=True), t.words("  ")]
        if escalation.tier.rank >= Tier.HIGH.rank
        else []
    )
    return [*lead, t.words(asked, bold=True)]


def _why(card: Card) -> list[Block]:
    because = t.clip(card.escalation.because, BECAUSE) or "This agent asks before it acts."
    return [paragraph(t.words("Why you are asked: ", bold=False), t.words(because))]


def _evidence(card: Card) -> list[Block]:
    escalation = card.escalation
    lines = [
        evidence_line(piece.label, t.clip(" ".join(piece.text.split()), EVIDENCE), piece.url)
        for piece in escalation.evidence[:EVIDENCE_LINES]
    ]
    hidden = len(escalation.evidence) - EVIDENCE_LINES
    if hidden > 0:
        lines.append([t.words(f"… and {hidden} more: More, Show everything", italic=True)])
    sure = f" ({min(escalation.confidence, 0.99):.0%} sure)" if escalation.confidence is not None else ""
    parts = [paragraph(t.words(f"What speaks for it{sure}:"))]
    return [*parts, bullets(*lines)] if lines else parts


def evidence_line(label: str, text: str, url: str | None) -> list[t.Rich]:
    """One piece of evidence, literal, with its source."""
    line = [t.words(f"{label}: "), t.words(text)]
    return [*line, t.words(" "), t.link(url, "source")] if url else line


def _notes(card: Card) -> list[t.Mrkdwn]:
    """What else is going on around the question, each in a line of its own."""
    notes = []
    escalation = card.escalation
    if escalation.kind is EscalationKind.SHADOW:
        where = card.target or "any system"
        notes.append(t.mrkdwn("Your answer is only compared; nothing in {} will change.", where))
    if escalation.edits is not None:
        changed = [
            t.mrkdwn("{}: {} → {}", title, t.clip(old, 60), t.clip(new, 60))
            for title, old, new in changes(card.before, card.shown)
        ]
        notes.append(t.mrkdwn("Changed, so it needs an approval of its own: {}", t.joined(changed[:5], "; ")))
    if card.votes or card.quorum > 1:
        given = t.joined([_vote(vote) for vote in card.votes], ", ")
        missing = max(card.quorum - len(card.votes), 0)
        needed = "One more is needed." if missing == 1 else f"{missing} more are needed."
        head = t.mrkdwn("{} of {} approvals", str(len(card.votes)), str(card.quorum))
        notes.append(t.mrkdwn("{}: {}. {}", head, given, needed) if card.votes else t.mrkdwn("{}. {}", head, needed))
    if card.asked:
        who, what = card.asked
        notes.append(
            t.mrkdwn(
                "{} asks: {} {} has been asked.", t.at_person(who), t.clip(what, 300), t.at_person(escalation.requester)
            )
        )
    if escalation.snoozed_until and escalation.snoozed_until > card.now:
        notes.append(t.mrkdwn("Snoozed until {}.", t.at_time(escalation.snoozed_until)))
    if not card.asked_next.empty:
        names = everyone(card.asked_next)
        verb = "is" if len(names) == 1 else "are"
        waited = t.span(card.now - escalation.created_at)
        notes.append(t.mrkdwn("No answer for {}, so {} {} asked too.", waited, t.joined(names[:4], ", "), verb))
    if card.paused_by:
        notes.append(paused_note(card, card.paused_by))
    return notes


def _vote(vote: Vote) -> t.Mrkdwn:
    instead = t.mrkdwn(" for {}", t.at_person(vote.on_behalf_of)) if vote.on_behalf_of else t.mrkdwn("")
    return t.mrkdwn("{}{} {}", t.at_person(vote.person), instead, t.at_time(vote.at, "{time}"))


def paused_note(card: Card, by: PersonId) -> t.Mrkdwn:
    return t.mrkdwn(
        "{} is paused by {}. An approval is kept and runs after resume, if still valid.",
        card.escalation.agent.capitalize(),
        t.at_person(by),
    )


def _terms(card: Card) -> t.Mrkdwn:
    """Who decides, by when, who acts, which job."""
    escalation = card.escalation
    deciders = who_decides(card)
    by = t.mrkdwn("{} by {}", deciders, t.at_time(escalation.expires_at))
    asker = t.mrkdwn("for {}", t.at_person(escalation.requester))
    acts = t.mrkdwn("acts as Calmops") if escalation.kind is EscalationKind.APPROVE else t.mrkdwn("")
    return t.joined([by, acts, asker, t.mrkdwn("E{} in J{}", str(escalation.id), str(escalation.job_id))])


def who_decides(card: Card) -> t.Mrkdwn:
    """`@billing-leads decide`, or that nobody may."""
    if card.escalation.assigned_to:
        return t.mrkdwn("{} decides", t.at_person(card.escalation.assigned_to))
    names = everyone(card.approvers)
    if not names:
        return t.mrkdwn("Nobody may decide: no approver is configured; due")
    shown = names[:4]
    if len(names) > 4:
        shown.append(t.mrkdwn("{} more", str(len(names) - 4)))
    single = len(names) == 1 and not card.approvers.groups
    return t.mrkdwn("{} {}", t.joined(shown, ", "), "decides" if single else "decide")


def everyone(people: People) -> list[t.Mrkdwn]:
    """Groups and people as mentions, groups first."""
    groups = [t.at_group(one) for one in sorted(people.groups)]
    return groups + [t.at_person(one if "/" in one else f"slack/{one}") for one in sorted(people.users)]


def _buttons(card: Card) -> list[Block]:
    escalation = card.escalation
    if escalation.kind in (EscalationKind.CHOOSE, EscalationKind.EFFECT) or escalation.choices:
        return [*choice_buttons(card), _more(card)]
    if escalation.kind is EscalationKind.SHADOW:
        found = [
            button("I would too", Action.APPROVE, card.ref),
            button("I would not", Action.REJECT, card.ref),
        ]
        return [*found, button("Different", Action.EDIT, card.ref)] if card.editable else found
    verb = t.clip(escalation.verb or "Approve", 30)
    if needs_review(escalation, card.shown):
        first = button("Review and decide", Action.REVIEW, card.ref, style="primary", says=f"Review and decide: {verb}")
    else:
        dialog = None
        if card.irreversible:
            dialog = confirmation(escalation.question, "This cannot be taken back.", verb)
        first = button(verb, Action.APPROVE, card.ref, style="primary", confirm=dialog)
    rest = [button("Reject", Action.REJECT, card.ref), _more(card)]
    return [first, button("Edit", Action.EDIT, card.ref), *rest] if card.editable else [first, *rest]


def choice_buttons(card: Card) -> list[Block]:
    """One for each answer; a button carries the number of the answer, never its words."""
    first: Literal["primary"] | None = "primary" if card.escalation.kind is EscalationKind.CHOOSE else None
    return [
        button(choice, f"{Action.CHOOSE}#{place}", f"{card.ref}.{place}", style=first if place == 0 else None)
        for place, choice in enumerate(card.escalation.choices[:5])
    ]


def _more(card: Card) -> Block:
    choices = [
        option("Ask for details", f"{card.ref}.{More.ASK}"),
        option("Reassign", f"{card.ref}.{More.REASSIGN}"),
        option("Snooze", f"{card.ref}.{More.SNOOZE}"),
        option("Take over", f"{card.ref}.{More.TAKE_OVER}"),
        option("Show everything", f"{card.ref}.{More.SHOW}"),
    ]
    return overflow(Action.MORE, choices)


def block_id(card: Card, part: str) -> str:
    """New with every version, so that a click on an old picture is recognised."""
    return f"e{card.escalation.id}.v{card.escalation.version}.{len(card.votes)}.{part}"
