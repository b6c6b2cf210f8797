"""Serve what recurs. A slot is served once, whoever asks and however often."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agents.core.contract import Registry
from agents.core.errors import CalmopsError, NotFound
from agents.core.job import Source
from agents.core.people import Person
from agents.core.policy import Policy, check_member
from agents.core.report import Period, ReportKind
from agents.core.schedule import Holidays, Schedule, Slot, at_of, slot_before
from handlers.operations.schedules import DIGEST, known
from handlers.operations.submit import submit
from storage import schedules
from storage.outbox import Urgency, put
from storage.store import Tx

DAY = 86_400.0
SHORTEST_WEEK = 6 * DAY
LONGEST_GAP = 45 * DAY
"""The farthest back that a digest looks for what it did not tell yet."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """What one look at the clock did."""

    ran: int = 0
    missed: int = 0


def run_now(tx: Tx, registry: Registry, policy: Policy, schedule_id: int, person: Person) -> Schedule:
    """Serves a schedule once, besides its slots."""
    check_member(person, "run schedules")
    schedule = known(tx, schedule_id)
    if schedule.kind == DIGEST:
        _post_digest(tx, schedule, now_period(schedule, tx.now, policy.schedules.holidays), name=f"now-{tx.now:.3f}")
    else:
        _start(tx, registry, schedule, Slot(name=f"now-{tx.now:.3f}", at=tx.now))
    tx.audit("schedule.run_now", actor=person.id, schedule_id=schedule_id)
    return schedule


def serve_due(tx: Tx, registry: Registry, policy: Policy) -> Served:
    """Serves every slot that is due, once, and says which went by unserved. To be called every few seconds."""
    holidays = policy.schedules.holidays
    ran = missed = 0
    for schedule in schedules.all_of(tx):
        if not schedule.enabled:
            continue
        due = schedule.due(tx.now, holidays)
        if due.run is None and not due.missed:
            continue
        lost = [slot for slot in due.missed if schedules.settle(tx, schedule.id, slot, "missed")]
        if due.run is not None and schedules.settle(tx, schedule.id, due.run, "sent"):
            if schedule.kind == DIGEST:
                period = slot_period(schedule, due.run, holidays, told=_told_until(tx, schedule, due.run))
                _post_digest(tx, schedule, period, name=due.run.name)
            else:
                _start(tx, registry, schedule, due.run)
            ran += 1
        if lost:
            missed += len(lost)
            _say_missed(tx, schedule, lost)
        schedules.served(tx, schedule, due.run or due.missed[-1])
    return Served(ran=ran, missed=missed)


def slot_period(schedule: Schedule, slot: Slot, holidays: Holidays, *, told: float | None) -> Period:
    """What the digest of a slot covers: everything since the slot before it, or since the last one that was sent (`told`)
    when others were missed between, so that nothing falls between two digests. A weekly one covers a week at least."""
    before = slot_before(schedule.spec, schedule.zone, slot.at, holidays)
    since = before.at if before is not None else slot.at - DAY
    if told is not None and slot.at - LONGEST_GAP < told < since:
        since = told
    if schedule.name == ReportKind.WEEKLY and slot.at - since < SHORTEST_WEEK:
        since = _days_before(schedule, slot.at, 7)
    return Period(since=since, until=slot.at)


def now_period(schedule: Schedule, now: float, holidays: Holidays) -> Period:
    """What a digest asked for by hand covers: as long a time, up to now, as the last one by the clock."""
    last = slot_before(schedule.spec, schedule.zone, now, holidays)
    usual = slot_period(schedule, last or Slot(name="", at=now), holidays, told=None)
    return Period(since=now - (usual.until - usual.since), until=now)


def _days_before(schedule: Schedule, at: float, days: int) -> float:
    local = datetime.fromtimestamp(at, UTC).astimezone(schedule.zone).replace(tzinfo=None) - timedelta(days=days)
    return at_of(local.isoformat(timespec="seconds"), schedule.zone)


def _told_until(tx: Tx, schedule: Schedule, slot: Slot) -> float | None:
    newest = schedules.newest_sent(tx, schedule.id, before=slot.name)
    return at_of(newest, schedule.zone) if newest is not None else None


def _post_digest(tx: Tx, schedule: Schedule, period: Period, *, name: str) -> None:
    put(
        tx,
        "post",
        "digest",
        channel=schedule.channel,
        stream=f"digest:{schedule.id}",
        urgency=Urgency.DIGEST,
        subject=f"digest:{schedule.id}:{name}",
        schedule_id=schedule.id,
        report=schedule.name,
        since=period.since,
        until=period.until,
        timezone=schedule.timezone,
        asked_for=name.startswith("now-"),
    )
    tx.audit("digest.queued", actor=schedule.owner, schedule_id=schedule.id, slot=name)


def _start(tx: Tx, registry: Registry, schedule: Schedule, slot: Slot) -> None:
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
        when = "asked for now" if slot.name.startswith("now-") else f"of {_clock(slot)}"
        _say(tx, schedule, f"The scheduled run D{schedule.id} of {schedule.name} {when} could not start: {error}")
        return
    tx.audit("schedule.ran", actor=schedule.owner, job_id=job.job_id, schedule_id=schedule.id, slot=slot.name)


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
        f"`/ops {'digest' if schedule.kind == DIGEST else 'schedule'} run D{schedule.id}` makes one now.",
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
