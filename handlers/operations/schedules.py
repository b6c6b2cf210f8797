"""Set up what recurs, and serve the slots that are due. A slot is served once, whoever asks and however often."""

from dataclasses import dataclass
from typing import Any

from agents.core.contract import Registry
from agents.core.errors import CalmopsError, Conflict, InvalidInput, NotAllowed, NotFound
from agents.core.job import Source
from agents.core.people import Person, PersonKind
from agents.core.policy import Policy, check_member, in_people
from agents.core.policy.sections import People
from agents.core.report import ReportKind
from agents.core.schedule import Schedule, Slot, read_spec, read_zone
from handlers.operations.submit import submit
from storage import schedules
from storage.outbox import Urgency, put
from storage.store import Tx

DIGEST, RUN = "digest", "run"
DAY = 86_400.0
LONGEST = {ReportKind.WEEKLY: 7 * DAY}
"""How far back a digest looks when nothing of its own went before; a day where nothing is said here."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """What one look at the clock did."""

    ran: int = 0
    missed: int = 0


def add_digest(
    tx: Tx, person: Person, *, channel: str, spec: str, kind: str = ReportKind.QUEUE_HEALTH, timezone: str = ""
) -> Schedule:
    """Has a digest posted to a channel again and again, by the clock of `timezone` (the person's own when empty).

    Raises `InvalidInput` for a time, zone or digest that cannot be read, `NotAllowed` for guests and outsiders.
    """
    check_member(person, "set up digests")
    try:
        wanted = ReportKind(kind)
    except ValueError:
        raise InvalidInput(f"There is no digest named {kind}. Digests: {', '.join(ReportKind)}.") from None
    return _add(tx, person, kind=DIGEST, name=wanted, channel=channel, spec=spec, timezone=timezone, params={})


def add_run(
    tx: Tx,
    registry: Registry,
    person: Person,
    *,
    agent: str,
    text: str,
    spec: str,
    channel: str | None,
    timezone: str = "",
) -> Schedule:
    """Has an agent run again and again with the same words. Raises like `add_digest`, and for an input the agent refuses."""
    check_member(person, "schedule agents")
    found = registry.get(agent)
    if found.from_text is None:
        raise InvalidInput(f"{found.title} cannot be started with words alone, so it cannot be scheduled.")
    found.from_text(text)
    return _add(tx, person, kind=RUN, name=agent, channel=channel, spec=spec, timezone=timezone, params={"text": text})


def remove(tx: Tx, policy: Policy, schedule_id: int, person: Person) -> Schedule:
    """Takes a schedule away: whoever set it up may, and operators. Raises `NotFound` or `NotAllowed`."""
    schedule = _own(tx, policy, schedule_id, person)
    schedules.remove(tx, schedule_id)
    tx.audit("schedule.removed", actor=person.id, schedule_id=schedule_id, kind=schedule.kind, name=schedule.name)
    return schedule


def switch(tx: Tx, policy: Policy, schedule_id: int, person: Person, *, on: bool) -> Schedule:
    """Pauses a schedule, or lets it go on from now: what would have come in between is not made up for.

    Raises `Conflict` when somebody did that already.
    """
    if _own(tx, policy, schedule_id, person).enabled == on:
        state = "is running already" if on else "is paused already"
        raise Conflict(f"D{schedule_id} {state}, perhaps by somebody else; nothing was changed.")
    schedules.change(tx, schedule_id, enabled=on, **({"done_until": tx.now} if on else {}))
    tx.audit("schedule.resumed" if on else "schedule.paused", actor=person.id, schedule_id=schedule_id)
    return schedules.get(tx, schedule_id)


def run_now(tx: Tx, registry: Registry, schedule_id: int, person: Person) -> Schedule:
    """Serves a schedule once, besides its slots."""
    check_member(person, "run schedules")
    schedule = schedules.get(tx, schedule_id)
    _serve(tx, registry, schedule, Slot(name=f"now-{tx.now:.3f}", at=tx.now))
    tx.audit("schedule.run_now", actor=person.id, schedule_id=schedule_id)
    return schedule


def serve_due(tx: Tx, registry: Registry) -> Served:
    """Serves every slot that is due, once, and says which went by unserved. To be called every few seconds."""
    ran = missed = 0
    for schedule in schedules.all_of(tx):
        if not schedule.enabled:
            continue
        due = schedule.due(tx.now)
        if due.run is None and not due.missed:
            continue
        lost = [slot for slot in due.missed if schedules.settle(tx, schedule.id, slot, "missed")]
        if due.run is not None and schedules.settle(tx, schedule.id, due.run, "sent"):
            _serve(tx, registry, schedule, due.run)
            ran += 1
        if lost:
            missed += len(lost)
            _say_missed(tx, schedule, lost)
        newest = due.run or due.missed[-1]
        schedules.change(tx, schedule.id, done_until=newest.at, last_slot=newest.name)
    return Served(ran=ran, missed=missed)


def _add(
    tx: Tx,
    person: Person,
    *,
    kind: str,
    name: str,
    channel: str | None,
    spec: str,
    timezone: str,
    params: dict[str, Any],
) -> Schedule:
    schedule = schedules.add(
        tx,
        kind=kind,
        name=name,
        channel=channel,
        spec=str(read_spec(spec)),
        timezone=read_zone(timezone or person.timezone),
        owner=person.id,
        params=params,
    )
    tx.audit(
        "schedule.added",
        actor=person.id,
        schedule_id=schedule.id,
        kind=kind,
        name=name,
        spec=str(schedule.spec),
        timezone=schedule.timezone,
        channel=channel,
    )
    return schedule


def _own(tx: Tx, policy: Policy, schedule_id: int, person: Person) -> Schedule:
    check_member(person, "change schedules")
    schedule = schedules.get(tx, schedule_id)
    operators = policy.named(policy.operators, People())
    if person.kind is PersonKind.OPERATOR or person.id == schedule.owner or in_people(person, operators):
        return schedule
    raise NotAllowed("Only who set this up and operators can change it.")


def _serve(tx: Tx, registry: Registry, schedule: Schedule, slot: Slot) -> None:
    if schedule.kind == DIGEST:
        _post_digest(tx, schedule, slot)
        return
    try:
        agent = registry.get(schedule.name)
        if agent.from_text is None:
            raise NotFound(f"{agent.title} cannot be started with words alone any more.")
        job = submit(
            tx,
            agent,
            agent.from_text(str(schedule.params.get("text", ""))),
            requester=schedule.owner,
            source=Source(kind="schedule", channel=schedule.channel),
            dedup_key=f"schedule:{schedule.id}:{slot.name}",
        )
    except CalmopsError as error:
        tx.audit("schedule.failed", actor=schedule.owner, schedule_id=schedule.id, slot=slot.name, error=error.code)
        _say(tx, schedule, f"The scheduled run of {schedule.name} at {_clock(slot)} could not start: {error}")
        return
    tx.audit("schedule.ran", actor=schedule.owner, job_id=job.job_id, schedule_id=schedule.id, slot=slot.name)


def _post_digest(tx: Tx, schedule: Schedule, slot: Slot) -> None:
    """The digest covers what happened since the slot before this one."""
    span = LONGEST.get(ReportKind(schedule.name), DAY)
    put(
        tx,
        "post",
        "digest",
        channel=schedule.channel,
        stream=f"digest:{schedule.id}",
        urgency=Urgency.DIGEST,
        subject=f"digest:{schedule.id}:{slot.name}",
        schedule_id=schedule.id,
        report=schedule.name,
        since=slot.at - span,
        until=slot.at,
    )
    tx.audit("digest.queued", actor=schedule.owner, schedule_id=schedule.id, slot=slot.name)


def _say_missed(tx: Tx, schedule: Schedule, lost: list[Slot]) -> None:
    what = "digest" if schedule.kind == DIGEST else "run"
    times = ", ".join(_clock(slot) for slot in lost[-3:])
    number = "One" if len(lost) == 1 else str(len(lost))
    were = f"{what} was" if len(lost) == 1 else f"{what}s were"
    _say(
        tx,
        schedule,
        f"{number} scheduled {were} missed while I was not running: {schedule.name}, "
        f"{'' if len(lost) <= 3 else 'last '}{times} ({schedule.timezone}). "
        f"`/ops {'digest' if schedule.kind == DIGEST else 'schedule'} now {schedule.id}` makes one now.",
    )
    tx.audit("schedule.missed", actor=schedule.owner, schedule_id=schedule.id, slots=[slot.name for slot in lost])


def _clock(slot: Slot) -> str:
    return slot.name.replace("T", " ")


def _say(tx: Tx, schedule: Schedule, text: str) -> None:
    put(
        tx,
        "post",
        "reply",
        channel=schedule.channel,
        user=None if schedule.channel else schedule.owner,
        stream=f"digest:{schedule.id}",
        urgency=Urgency.DIGEST,
        text=text,
    )
