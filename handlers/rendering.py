"""What an outbox row looks like in Slack, drawn from the rows as they are when it is sent."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from agents.core.contract import Registry
from agents.core.errors import NotAllowed
from agents.core.ids import EscalationId, JobId
from agents.core.people import Person
from agents.core.policy import Policy, check_answer
from agents.core.records import EscalationRecord, EscalationState, OutboxRecord
from agents.core.report import Chart, Period, read_kind
from agents.core.status import JobStatus
from handlers.blocks import messages, notices, reminders
from handlers.blocks.announcement import announcement
from handlers.blocks.asker import outcome_note, waiting_note
from handlers.blocks.card_record import card_message
from handlers.blocks.jobs import status_words
from handlers.blocks.progress import progress_message, session_status, session_title
from handlers.blocks.report import report_message
from handlers.blocks.welcome import welcome
from handlers.cards import load_card, load_sheet
from handlers.deps import Deps
from handlers.hiding import without_secrets
from handlers.homes import draw_home
from handlers.operations import hear
from handlers.places import links_to_cards
from handlers.reports import build
from storage import escalations, inbox
from storage.store import Tx


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """One Slack call, filled in.

    Messages (kinds post, update, ephemeral) have `text` and `blocks`; `role` is the name under which the sender remembers
    where the message is (`outbox.remember(subject=row.subject, role=rendered.role)`) and finds it for an update
    (`outbox.places(row.subject, rendered.role)`). A home has `view`. A session has `session`: status, title. A workflow step
    has `step_outputs`, or a `step_error`. `chart` is one to
    draw and upload first, where that is possible: then the row's `picture` is the id of the file ("" when there is none).
    """

    role: str = "message"
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    view: dict[str, Any] | None = None
    session: dict[str, Any] | None = None
    step_outputs: dict[str, Any] = field(default_factory=dict)
    step_error: str = ""
    chart: Chart | None = None


@dataclass(frozen=True, kw_only=True)
class Context:
    """What drawing needs besides the rows. `viewer` is whose App Home it is, or who asked, looked up before the transaction."""

    registry: Registry
    policy: Policy
    bot_user: str
    team: str
    viewer: Person | None = None
    workspace_url: str = ""


async def context_for(deps: Deps, row: OutboxRecord) -> Context:
    """Looks up in Slack what drawing this row needs."""
    policy = deps.policy()
    viewer: Person | None = None
    if row.kind == "home" and row.user:
        known = await deps.people.person(row.user)
        viewer = (await hear(deps.store, deps.people, policy, known)).person
    elif row.view in TO_ASKER and row.user:
        viewer = await deps.people.person(row.user)
    return Context(
        registry=deps.registry,
        policy=policy,
        bot_user=deps.bot_user,
        team=deps.team,
        viewer=viewer,
        workspace_url=deps.workspace_url,
    )


def render(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:
    """The call that `row` asks for, or None when there is nothing to say any more. Raises `KeyError` for an unknown
    view, and `NotFound` when what it is about is gone."""
    rendered = VIEWS[row.view](tx, context, row)
    return without_secrets(rendered, context.policy.redact) if rendered else None


def _card(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:
    card = load_card(tx, context.registry, context.policy, _escalation(row))
    if card.escalation.replaced_by is not None:
        card = replace(card, replacement=_link(tx, context, card.escalation.replaced_by))
    text, blocks = card_message(card)
    return Rendered(role="card", text=text, blocks=blocks)


def _note(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:  # noqa: ARG001 - every view is called alike
    return Rendered(role="note", text=row.params["text"], blocks=row.params["blocks"])


def _reply(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:  # noqa: ARG001 - every view is called alike
    text, blocks = messages.reply(str(row.params["text"]))
    return Rendered(role="reply", text=text, blocks=blocks)


def _progress(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:
    sheet = load_sheet(tx, context.registry, _job(row))
    text, blocks = progress_message(sheet)
    return Rendered(role="progress", text=text, blocks=blocks)


def _home(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:
    if context.viewer is None:
        return None
    return Rendered(
        role="home",
        view=draw_home(tx, context.registry, context.policy, context.viewer, row.params, context.workspace_url),
    )


def _session(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:
    sheet = load_sheet(tx, context.registry, _job(row))
    return Rendered(role="session", session={"status": session_status(sheet.job), "title": session_title(sheet)})


def _workflow_step(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:
    sheet = load_sheet(tx, context.registry, _job(row))
    if sheet.job.status is JobStatus.SUCCEEDED:
        outputs = {"job": f"J{sheet.job.id}", "result": json.dumps(sheet.job.output, ensure_ascii=False)[:3000]}
        return Rendered(role="step", step_outputs=outputs)
    return Rendered(
        role="step",
        step_error=f"J{sheet.job.id} {status_words(sheet.job)}: {sheet.job.error or 'no reason given'}"[:500],
    )


def _step_refused(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:  # noqa: ARG001 - every view is called alike
    return Rendered(role="step", step_error=str(row.params["why"])[:500])


def _welcome(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:  # noqa: ARG001 - every view is called alike
    titles = [(agent.name, agent.title, agent.purpose) for agent in context.registry.all()]
    text, blocks = welcome(titles)
    return Rendered(role="welcome", text=text, blocks=blocks)


def _owner_notice(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:  # noqa: ARG001 - every view is called alike
    params = {name: value for name, value in row.params.items() if name not in ("agent", "what")}
    text, blocks = notices.owner_notice(str(row.params["agent"]), str(row.params["what"]), params)
    return Rendered(role="notice", text=text, blocks=blocks)


def _details_asked(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:  # noqa: ARG001 - every view is called alike
    escalation = escalations.get(tx, _escalation(row))
    asked = escalations.details_of(tx, escalation.id)[-1]
    text, blocks = notices.details_asked(asked.by, asked.question, escalation.requester)
    return Rendered(role="details", text=text, blocks=blocks)


def _details_given(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:  # noqa: ARG001 - every view is called alike
    given = [one for one in escalations.details_of(tx, _escalation(row)) if one.answer]
    if not given:
        return None
    text, blocks = notices.details_given(given[-1].answered_by or "", given[-1].answer or "")
    return Rendered(role="details", text=text, blocks=blocks)


def _reminder(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:
    """None when everything it would remind of was answered meanwhile."""
    still_open = [one for one in inbox.of_ids(tx, row.params["ids"]) if one.state is EscalationState.PENDING]
    if not still_open:
        return None
    known = links_to_cards(tx, [one.id for one in still_open], context.workspace_url)
    links = [known.get(one.id) for one in still_open]
    text, blocks = reminders.reminder(still_open, passed_on=bool(row.params.get("passed_on")), links=links)
    return Rendered(role="reminder", text=text, blocks=blocks)


def _moved(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:  # noqa: ARG001 - every view is called alike
    """None when everything was answered meanwhile."""
    still_open = [one for one in inbox.of_ids(tx, row.params["ids"]) if one.state is EscalationState.PENDING]
    if not still_open:
        return None
    text, blocks = reminders.moved(str(row.params["channel_id"]), len(still_open))
    return Rendered(role="note", text=text, blocks=blocks)


def _held_back(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:  # noqa: ARG001 - every view is called alike
    text, blocks = reminders.held_back(inbox.unposted(tx))
    return Rendered(role="held_back", text=text, blocks=blocks)


def _pending_note(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:
    """None when it was answered meanwhile, or when the asker may answer it: then the card is for them."""
    card = load_card(tx, context.registry, context.policy, _escalation(row))
    if card.escalation.state is not EscalationState.PENDING or _is_theirs(context, card.escalation):
        return None
    text, blocks = waiting_note(card, _link(tx, context, card.escalation.id))
    return Rendered(role="asker", text=text, blocks=blocks)


def _outcome(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:
    """None for somebody who was not told that it waited."""
    card = load_card(tx, context.registry, context.policy, _escalation(row))
    if card.escalation.decided_by == card.escalation.requester or _is_theirs(context, card.escalation):
        return None
    text, blocks = outcome_note(card, _link(tx, context, card.escalation.id))
    return Rendered(role="asker", text=text, blocks=blocks)


def _is_theirs(context: Context, escalation: EscalationRecord) -> bool:
    """Whether the asker may answer the question themselves."""
    if context.viewer is None:
        return False
    try:
        check_answer(context.viewer, escalation, context.policy)
    except NotAllowed:
        return False
    return True


def _link(tx: Tx, context: Context, number: EscalationId) -> str | None:
    return links_to_cards(tx, [number], context.workspace_url, shared=True).get(number)


def _view_refused(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:  # noqa: ARG001 - every view is called alike
    text, blocks = notices.view_refused(str(row.params["refused"]), str(row.params["code"]), int(row.params["row"]))
    return Rendered(role="notice", text=text, blocks=blocks)


def _escalation(row: OutboxRecord) -> EscalationId:
    return EscalationId(int(row.params["escalation_id"]))


def _job(row: OutboxRecord) -> JobId:
    """The job a row is about: its own column, else its parameters, else its subject `job:5`."""
    return JobId(int(row.job_id or row.params.get("job_id") or row.subject.partition(":")[2]))


def _digest(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:
    """None where there is nothing to tell, and the settings say that nobody shall hear that."""
    period = Period(since=float(row.params["since"]), until=float(row.params["until"]))
    zone = ZoneInfo(str(row.params.get("timezone") or context.policy.timezone))
    found = build(tx, read_kind(str(row.params["report"])), period, context.policy, zone)
    silent = context.policy.schedules.nothing_to_report == "silence" and not row.params.get("asked_for")
    if found.quiet and silent and not found.missing:
        return None
    text, blocks = report_message(found, picture=row.params.get("picture"), alt=row.params.get("picture_alt"))
    undrawn = "picture" not in row.params and not found.quiet
    return Rendered(role="digest", text=text, blocks=blocks, chart=found.chart if undrawn else None)


def _announcement(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:  # noqa: ARG001 - every view is called alike
    text, blocks = announcement(str(row.params["headline"]), row.params["lines"], row.params["mention"])
    return Rendered(role="announcement", text=text, blocks=blocks)


TO_ASKER = ("pending_note", "outcome")

Draw = Callable[[Tx, Context, OutboxRecord], Rendered | None]

VIEWS: Mapping[str, Draw] = {
    "escalation_card": _card,
    "note": _note,
    "reply": _reply,
    "progress": _progress,
    "home": _home,
    "session": _session,
    "workflow_step": _workflow_step,
    "step_refused": _step_refused,
    "welcome": _welcome,
    "owner_notice": _owner_notice,
    "pending_note": _pending_note,
    "outcome": _outcome,
    "reminder": _reminder,
    "held_back": _held_back,
    "moved": _moved,
    "details_asked": _details_asked,
    "details_given": _details_given,
    "view_refused": _view_refused,
    "digest": _digest,
    "announcement": _announcement,
}
