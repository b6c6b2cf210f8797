"""What a card becomes once its question is closed: who, what, when and why, and what became of it."""

import re
from typing import assert_never

from agents.core.records import EscalationKind, EscalationState, Verdict
from handlers.blocks import text as t
from handlers.blocks.card import (
    QUESTION,
    Card,
    Phase,
    block_id,
    paused_note,
    pending_card,
    phase_of,
    who_decides,
)
from handlers.blocks.elements import Block, actions, button, context, paragraph, rich, section
from handlers.blocks.proposal import args_in_one_line, changes
from handlers.ids import Action

CHANGES = 10
TEXT = 3900
"""The longest notification text: Slack takes 4,000 characters in an update."""


def card_message(card: Card) -> tuple[str, list[Block]]:
    """The notification text and the blocks of a card, in whatever state it is."""
    phase = phase_of(card)
    question = t.escape(t.clip(card.escalation.question, 600).strip() or f"Question E{card.escalation.id}")
    if phase is Phase.PENDING:
        return t.fit(question, TEXT), pending_card(card)
    text = t.mrkdwn("{}\n{}", verdict_line(card, phase), question)
    return t.fit(text, TEXT), closed_card(card, phase)


def closed_card(card: Card, phase: Phase) -> list[Block]:
    """A card that can no longer be decided: it looks it."""
    blocks = [rich(paragraph(*_headline(card, phase)), block_id=block_id(card, f"{phase}.question"))]
    blocks.append(section(verdict_line(card, phase), block_id=block_id(card, f"{phase}.record")))
    if phase in (Phase.RUNNING, Phase.DONE, Phase.FAILED, Phase.UNKNOWN, Phase.UNDONE, Phase.NOT_RUN):
        blocks += args_in_one_line(card.shown, block_id=block_id(card, f"{phase}.args"))
    if phase is Phase.RUNNING and card.paused_by:
        blocks.append(context(paused_note(card, card.paused_by)))
    blocks.append(context(_footer(card)))
    buttons = _buttons(card, phase)
    if buttons:
        blocks.append(actions(*buttons, block_id=block_id(card, f"{phase}.actions")))
    return blocks


def verdict_line(card: Card, phase: Phase) -> t.Mrkdwn:
    """The record in one sentence or two: `Approved by @bo, 10:42.`"""
    line = _line(card, phase)
    edits = _edits(card)
    return t.mrkdwn("{} {}", line, edits) if edits else line


def _line(card: Card, phase: Phase) -> t.Mrkdwn:
    escalation = card.escalation
    by = _by(card)
    match phase:
        case Phase.PENDING:
            return t.mrkdwn("{} by {}.", who_decides(card), t.at_time(escalation.expires_at))
        case Phase.RUNNING:
            return by if card.paused_by else t.mrkdwn("{} Working on it now.", by)
        case Phase.DONE:
            effect = card.effect
            if effect and effect.undo_asked_by:
                return t.mrkdwn(
                    "{} {} asked to take it back; that is being done.", by, t.at_person(effect.undo_asked_by)
                )
            if effect and effect.undo_until and may_undo(card):
                return t.mrkdwn("{} Undo until {}.", by, t.at_time(effect.undo_until, "{time}"))
            return by
        case Phase.ANSWERED:
            return by
        case Phase.REJECTED:
            shadow = escalation.kind is EscalationKind.SHADOW
            return by if shadow else t.mrkdwn("{}{}", by, _nothing_changed(card))
        case Phase.TAKEN_OVER:
            who = t.at_person(escalation.decided_by or "")
            if escalation.done_at is not None:
                return t.mrkdwn("{} did this by hand, {}.", who, t.at_time(escalation.done_at, "{time}"))
            return t.mrkdwn("{} does this by hand. Calmops will not act.", who)
        case Phase.FAILED:
            cause = failure_words((card.effect.error if card.effect else None) or escalation.outcome)
            target = card.target or "the system"
            return t.mrkdwn("{} But {} refused it: {}. Nothing was changed.", by, target, cause)
        case Phase.UNKNOWN:
            return t.mrkdwn("{} I cannot tell whether it happened. A question about it is open.", by)
        case Phase.UNDONE:
            undone = t.at_person(card.effect.undone_by or "calmops/system") if card.effect else t.mrkdwn("somebody")
            when = t.at_time(card.effect.finished_at or card.now, "{time}") if card.effect else t.mrkdwn("")
            return t.mrkdwn("{} Undone by {}, {}.", by, undone, when)
        case Phase.NOT_RUN:
            return t.mrkdwn("{} It was not run: the job is {}.{}", by, card.job.status, _nothing_changed(card))
        case Phase.EXPIRED:
            return t.mrkdwn("No answer by {}.{}", t.at_time(escalation.expires_at), _nothing_changed(card))
        case Phase.WITHDRAWN:
            return t.mrkdwn("Withdrawn: {}.{}", _outcome(card, "the job was stopped"), _nothing_changed(card))
        case Phase.REPLACED:
            number = (
                t.mrkdwn("E{}", str(escalation.replaced_by)) if escalation.replaced_by else t.mrkdwn("a new question")
            )
            if escalation.replaced_by and card.replacement:
                number = t.at_link(card.replacement, f"E{escalation.replaced_by}")
            return t.mrkdwn(
                "{} changed while this waited. The question is now {}.",
                (escalation.record or "The record").capitalize(),
                number,
            )
        case _:
            assert_never(phase)


def _by(card: Card) -> t.Mrkdwn:
    """`Approved by @bo, 10:42.` with the reason where one was given."""
    escalation = card.escalation
    who = t.at_person(escalation.decided_by or "calmops/system")
    if len(card.votes) > 1:
        who = t.joined([t.at_person(vote.person) for vote in card.votes], ", ")
    when = t.at_time(escalation.decided_at or card.now, "{time}")
    if escalation.verdict is Verdict.CHOSEN:
        return t.mrkdwn("{} answered at {}: {}.", who, when, escalation.answer or "")
    if escalation.kind is EscalationKind.SHADOW:
        said = (
            "would do the same"
            if escalation.verdict is Verdict.APPROVED and not escalation.edits
            else "would do something else"
        )
        reason = t.mrkdwn(": {}", t.clip(escalation.reason, 500).rstrip(".")) if escalation.reason else t.mrkdwn("")
        return t.mrkdwn("{} {}, {}{}. Nothing was changed.", who, said, when, reason)
    word = "Rejected" if escalation.verdict is Verdict.REJECTED else "Approved"
    if escalation.edits is not None:
        word = "Approved with changes"
    alone = (
        " (self-approved)"
        if escalation.decided_by == escalation.requester and escalation.verdict is Verdict.APPROVED
        else ""
    )
    reason = t.mrkdwn(": {}", t.clip(escalation.reason, 500).rstrip(".")) if escalation.reason else t.mrkdwn("")
    return t.mrkdwn("{} by {}{}, {}{}.", word, who, alone, when, reason)


def _edits(card: Card) -> t.Mrkdwn | None:
    """`Changed: priority High -> Normal.`"""
    if card.escalation.edits is None:
        return None
    found = changes(card.before, card.shown)
    if not found:
        return None
    parts = [t.mrkdwn("{}: {} → {}", title, t.clip(old, 80), t.clip(new, 80)) for title, old, new in found[:CHANGES]]
    if len(found) > CHANGES:
        parts.append(t.mrkdwn("and {} more", str(len(found) - CHANGES)))
    return t.mrkdwn("Changed {}.", t.joined(parts, "; "))


def _headline(card: Card, phase: Phase) -> list[t.Rich]:
    asked = t.clip(card.escalation.question, QUESTION)
    statement = asked.rstrip("?").rstrip()
    match phase:
        case Phase.DONE:
            return [t.words("Done: ", bold=True), t.words(statement, bold=True)]
        case Phase.RUNNING:
            return [t.words("Approved: ", bold=True), t.words(statement, bold=True)]
        case Phase.FAILED:
            return [t.words("Failed: ", bold=True), t.words(statement, bold=True)]
        case Phase.UNKNOWN:
            return [t.words("Not known: ", bold=True), t.words(statement, bold=True)]
        case Phase.ANSWERED if card.escalation.kind is not EscalationKind.SHADOW:
            return [t.words(asked, bold=True)]
        case _ if card.escalation.kind is EscalationKind.SHADOW:
            return [t.words("Practice: ", italic=True), t.words(asked, strike=True)]
        case _:
            return [t.words(asked, strike=True)]


def _nothing_changed(card: Card) -> t.Mrkdwn:
    """Said only where the journal proves it: no effect was ever tried for this question."""
    if card.effect is None and card.escalation.kind in (EscalationKind.APPROVE, EscalationKind.SHADOW):
        return t.mrkdwn(" Nothing was changed.")
    return t.mrkdwn("")


def _outcome(card: Card, otherwise: str) -> t.Mrkdwn:
    outcome = card.escalation.outcome or otherwise
    head, _, who = outcome.rpartition(" by ")
    if head and "/" in who:
        return t.mrkdwn("{} by {}", "stopped" if head == "withdrawn" else head, t.at_person(who))
    return t.escape(t.clip(outcome, 300).rstrip("."))


def _footer(card: Card) -> t.Mrkdwn:
    escalation = card.escalation
    parts = [t.mrkdwn("for {}", t.at_person(escalation.requester))]
    if escalation.state is EscalationState.DECIDED and escalation.kind is EscalationKind.APPROVE:
        parts.append(t.mrkdwn("acts as Calmops"))
    parts.append(t.mrkdwn("E{} in J{}", str(escalation.id), str(escalation.job_id)))
    return t.joined(parts)


def _buttons(card: Card, phase: Phase) -> list[Block]:
    match phase:
        case Phase.DONE if may_undo(card):
            return [button("Undo", Action.UNDO, card.ref)]
        case Phase.FAILED:
            return [button("Try again", Action.TRY_AGAIN, card.ref), button("Take over", Action.TAKE_OVER, card.ref)]
        case Phase.EXPIRED:
            return [button("Ask again", Action.ASK_AGAIN, card.ref)]
        case Phase.TAKEN_OVER if card.escalation.done_at is None:
            return [button("Mark as done", Action.DONE_BY_HAND, card.ref)]
        case _:
            return []


def may_undo(card: Card) -> bool:
    """Whether what was done can be taken back from here, now."""
    effect = card.effect
    if effect is None or effect.undo_until is None or effect.undo_asked_by is not None:
        return False
    return card.undoable and effect.undo_until > card.now


def failure_words(error: str | None) -> str:
    """Why an effect failed, without the class that machines read and without a full stop."""
    found = re.sub(r"^[a-z_]+: ", "", error or "no reason given")
    return t.clip(found, 400).rstrip(".")
