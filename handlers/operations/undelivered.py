"""What happens to a message that Slack will never take: the people concerned are told in another place."""

from collections.abc import Sequence

from agents.core.errors import NotFound
from agents.core.ids import EscalationId, PersonId, user_of
from agents.core.people import SYSTEM
from agents.core.records import EscalationRecord, EscalationState, OutboxRecord
from storage import escalations, jobs, outbox
from storage.outbox import Urgency
from storage.store import Tx

CARD = "escalation_card"


def undelivered(
    tx: Tx, row: OutboxRecord, *, role: str, code: str, anew: bool, owners: Sequence[PersonId]
) -> PersonId | None:
    """Ends a call that cannot be made, and sends what it said another way. Returns who gets it now, if anybody.

    `anew` says that the place is fine and only the old message cannot be changed: a new one is posted there. Else a
    private word goes to its person, a card to the agent's owner (`owners`, best first), a result to who asked for it.
    """
    outbox.mark(tx, [row.id], state="failed", error=code)
    match row.kind:
        case "read":
            outbox.mark(tx, [row.id], answer={"ok": False, "error": code})
            tx.wake("worker")
            return None
        case "session" | "home":
            return None
        case _ if row.subject.startswith("escalation:") and (row.view == CARD or _orphaned(tx, row)):
            return _card(tx, row, role=role, code=code, anew=anew, owners=owners)
        case "update":
            return None
        case _:
            return _message(tx, row, owners=owners)


def _orphaned(tx: Tx, row: OutboxRecord) -> bool:
    """Whether a reminder of an open question shows that its card hangs where nobody can be told of it any more."""
    if row.kind != "post" or row.params.get("tried") or not row.channel:
        return False
    try:
        escalation = escalations.get(tx, EscalationId(int(row.subject.partition(":")[2])))
    except NotFound:
        return False
    brought = any(channel.startswith("D") for channel, _ in outbox.places(tx, row.subject, "card"))
    return escalation.state is EscalationState.PENDING and not brought


def _card(
    tx: Tx, row: OutboxRecord, *, role: str, code: str, anew: bool, owners: Sequence[PersonId]
) -> PersonId | None:
    """A card that cannot be shown where it belongs. A decision stands whatever becomes of its card."""
    number = EscalationId(int(row.subject.partition(":")[2]))
    try:
        escalation = escalations.get(tx, number)
    except NotFound:
        return None
    known = outbox.places(tx, row.subject, role) if row.kind == "update" else []
    for channel, ts in known:
        outbox.forget_place(tx, channel=channel, ts=ts)
    if anew and known:
        _send_card(tx, row, escalation, channel=known[-1][0], thread_ts=escalation.thread_ts)
        return None
    tx.audit("card.undeliverable", actor=SYSTEM, job_id=escalation.job_id, escalation_id=number, code=code,
             channel=row.channel or (known[-1][0] if known else None))  # fmt: skip
    person = _next_person(row, _interested(escalation, owners))
    if person is None:
        return None
    _send_card(tx, row, escalation, user=person, tried=[*row.params.get("tried", ()), person])
    if escalation.state is EscalationState.PENDING:
        where = f"in <#{escalation.channel}>" if escalation.channel else "to anybody who may answer it"
        mend = "Invite me to that channel again" if escalation.channel else f"Name approvers of {escalation.agent}"
        _tell(
            tx,
            row,
            person,
            f"I could not show the question E{number} {where} ({code}), so I bring it to you. The job J{escalation.job_id} "
            f"waits for the answer. {mend}, or decide here if you are an approver.",
        )
    return person


def _message(tx: Tx, row: OutboxRecord, *, owners: Sequence[PersonId]) -> PersonId | None:
    """A message that its channel does not take: to its person, else to who asked for the job, else to the owner."""
    people = [row.user] if row.user and row.channel else []
    if row.subject.startswith("escalation:"):
        people += owners
    elif row.job_id is not None and row.kind == "post":
        try:
            people += [jobs.get(tx, row.job_id).requester, *owners]
        except NotFound:
            people += owners
    person = _next_person(row, people)
    if person is None:
        return None
    outbox.put(
        tx,
        "post",
        row.view,
        user=person,
        stream=f"{row.stream}:{person}",
        urgency=Urgency(row.urgency),
        subject=row.subject,
        job_id=row.job_id,
        **{**row.params, "tried": [*row.params.get("tried", ()), person]},
    )
    return person


def _interested(escalation: EscalationRecord, owners: Sequence[PersonId]) -> list[PersonId]:
    """Who should see an open question: its owners. Who should hear of a closed one: who decided, then who asked."""
    if escalation.state is EscalationState.PENDING:
        return list(owners)
    return [person for person in (escalation.decided_by, escalation.requester) if person] + list(owners)


def _next_person(row: OutboxRecord, people: Sequence[PersonId]) -> PersonId | None:
    tried = set(row.params.get("tried", ())) | ({row.user} if not row.channel else set())
    return next((one for one in people if one not in tried and user_of(one)[:1] in ("U", "W")), None)


def _send_card(
    tx: Tx,
    row: OutboxRecord,
    escalation: EscalationRecord,
    *,
    channel: str | None = None,
    thread_ts: str | None = None,
    user: PersonId | None = None,
    tried: Sequence[str] = (),
) -> None:
    outbox.put(
        tx,
        "post",
        CARD,
        channel=channel,
        thread_ts=thread_ts,
        user=user,
        stream=row.stream if user is None else f"{row.stream}:{user}",
        urgency=Urgency(row.urgency),
        subject=row.subject,
        job_id=escalation.job_id,
        escalation_id=escalation.id,
        tried=list(tried),
    )


def _tell(tx: Tx, row: OutboxRecord, person: PersonId, text: str) -> None:
    outbox.put(
        tx,
        "post",
        "note",
        user=person,
        stream=f"{row.stream}:{person}",
        urgency=Urgency(row.urgency),
        job_id=row.job_id,
        text=text,
        blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": text}}],
    )
