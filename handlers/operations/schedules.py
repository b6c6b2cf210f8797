"""Set up what recurs, and change it. Of two people who change the same one, the second is told what the first did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from agents.core.amend import Wanted, differences, unseen
from agents.core.clock import as_utc
from agents.core.contract import Registry
from agents.core.errors import InvalidInput, NotAllowed, ScheduleGone, ScheduleMoved
from agents.core.people import Person, PersonKind
from agents.core.policy import Policy, check_member, check_runner, in_people
from agents.core.policy.sections import People
from agents.core.report import ReportKind, read_kind
from agents.core.schedule import Change, Holidays, Schedule, read_zone, slots_after
from agents.core.spec import Spec, read_spec
from storage import schedules
from storage.store import Tx

DIGEST, RUN = "digest", "run"
SLOT = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, kw_only=True)
class Amended:
    """A schedule as it is now, and what this person changed: each part, old and new."""

    schedule: Schedule
    what: Sequence[str]


def add_digest(
    tx: Tx,
    policy: Policy,
    person: Person,
    *,
    channel: str,
    spec: str,
    kind: str = ReportKind.QUEUE_HEALTH,
    timezone: str = "",
) -> Schedule:
    """Has a digest posted to a channel again and again, by the clock of `timezone` (the person's own when empty).

    Raises `InvalidInput` for a time, zone or digest that cannot be read, `NotAllowed` for guests and outsiders.
    """
    check_member(person, "set up digests")
    name = read_kind(kind)
    return _add(tx, policy, person, kind=DIGEST, name=name, channel=channel, spec=spec, timezone=timezone, params={})


def add_run(
    tx: Tx,
    policy: Policy,
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
    _check_words(registry, agent, text)
    check_runner(person, policy.of(agent), channel=channel)
    params = {"text": text}
    return _add(tx, policy, person, kind=RUN, name=agent, channel=channel, spec=spec, timezone=timezone, params=params)


def amend(
    tx: Tx,
    policy: Policy,
    registry: Registry,
    schedule_id: int,
    person: Person,
    wanted: Wanted,
    *,
    seen: int | None = None,
) -> Amended:
    """Changes parts of a schedule; it goes on from now. `seen` is the version that the person had before them.

    Raises `ScheduleMoved` when somebody else changed it in between, `NotAllowed`, and `InvalidInput` as when setting up.
    """
    schedule = _own(tx, policy, schedule_id, person)
    _check_seen(schedule, person, seen, tx.now)
    if wanted.name is not None and schedule.kind == RUN:
        raise InvalidInput(f"D{schedule_id} runs {schedule.name}. For another agent remove it and set up a new one.")
    if wanted.text is not None and schedule.kind == DIGEST:
        raise InvalidInput(f"D{schedule_id} is a digest, and a digest is given no words.")
    values: dict[str, Any] = {}
    spec = read_spec(wanted.spec) if wanted.spec is not None else schedule.spec
    zone = read_zone(wanted.timezone) if wanted.timezone is not None else schedule.timezone
    if wanted.name is not None:
        values["name"] = read_kind(wanted.name)
    if wanted.text is not None:
        _check_words(registry, schedule.name, wanted.text)
        check_runner(person, policy.of(schedule.name), channel=wanted.channel or schedule.channel)
        values["params"] = {**schedule.params, "text": wanted.text}
    if wanted.channel is not None:
        values["channel"] = wanted.channel
    read = Wanted(spec=str(spec), timezone=zone, channel=wanted.channel, name=values.get("name"), text=wanted.text)
    what = differences(schedule, read)
    if not what:
        return Amended(schedule=schedule, what=())
    if (str(spec), zone) != (str(schedule.spec), schedule.timezone):
        _check_comes(spec, zone, tx.now, policy.schedules.holidays)
        values |= {"spec": str(spec), "timezone": zone, "done_until": tx.now}
        schedules.release_slots(tx, schedule_id, since=as_utc(tx.now).astimezone(ZoneInfo(zone)).strftime(SLOT))
    _write(tx, schedule, person, ", ".join(one.kept for one in what), "schedule.amended", **values)
    return Amended(schedule=schedules.get(tx, schedule_id), what=[str(one) for one in what])


def remove(tx: Tx, policy: Policy, schedule_id: int, person: Person) -> Schedule:
    """Takes a schedule away: whoever set it up may, and operators. Raises `NotFound` or `NotAllowed`."""
    schedule = _own(tx, policy, schedule_id, person)
    schedules.remove(tx, schedule_id)
    tx.audit("schedule.removed", actor=person.id, schedule_id=schedule_id, kind=schedule.kind, name=schedule.name)
    return schedule


def switch(tx: Tx, policy: Policy, schedule_id: int, person: Person, *, on: bool) -> Schedule:
    """Pauses a schedule, or lets it go on from now: what would have come in between is not made up for.

    Raises `ScheduleMoved` when somebody did that already.
    """
    schedule = _own(tx, policy, schedule_id, person)
    what = "resumed" if on else "paused"
    if schedule.enabled == on:
        did = [change for change in schedule.history if change.what == what][-1:]
        lead = f"D{schedule_id} is {'running' if on else 'paused'} already; nothing was changed."
        raise ScheduleMoved(lead, changes=_told(did))
    _write(tx, schedule, person, what, f"schedule.{what}", enabled=on, **({"done_until": tx.now} if on else {}))
    return schedules.get(tx, schedule_id)


def known(tx: Tx, schedule_id: int) -> Schedule:
    """One schedule. Raises `ScheduleGone`, which says who removed it, or `NotFound`."""
    removed = None if schedules.exists(tx, schedule_id) else schedules.removal(tx, schedule_id)
    if removed is not None:
        name, by, at = removed
        raise ScheduleGone(f"D{schedule_id} ({name})", by=by, at=at)
    return schedules.get(tx, schedule_id)


def _add(
    tx: Tx,
    policy: Policy,
    person: Person,
    *,
    kind: str,
    name: str,
    channel: str | None,
    spec: str,
    timezone: str,
    params: dict[str, Any],
) -> Schedule:
    read, zone = read_spec(spec), read_zone(timezone or person.timezone)
    _check_comes(read, zone, tx.now, policy.schedules.holidays)
    schedule = schedules.add(
        tx, kind=kind, name=name, channel=channel, spec=str(read), timezone=zone, owner=person.id, params=params
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
    schedule = known(tx, schedule_id)
    operators = policy.named(policy.operators, People())
    if person.kind is PersonKind.OPERATOR or person.id == schedule.owner or in_people(person, operators):
        return schedule
    raise NotAllowed("Only who set this up and operators can change it.")


def _check_seen(schedule: Schedule, person: Person, seen: int | None, now: float) -> None:
    others = unseen(schedule, by=person.id, seen=seen, now=now)
    if others or (seen is not None and seen != schedule.version):
        raise ScheduleMoved(
            f"D{schedule.id} was changed in the meantime, so yours was not applied.",
            changes=_told(others),
            rest=f"To change it all the same, add version={schedule.version}; in a shell, --version {schedule.version}.",
            version=schedule.version,
        )


def _check_comes(spec: Spec, zone: str, now: float, holidays: Holidays) -> None:
    if next(slots_after(spec, ZoneInfo(zone), now, holidays), None) is None:
        raise InvalidInput(f"“{spec}” would never come: every day that it names is a holiday.")


def _check_words(registry: Registry, agent: str, text: str) -> None:
    found = registry.get(agent)
    if found.from_text is None:
        raise InvalidInput(f"{found.title} cannot be started with words alone, so it cannot be scheduled.")
    found.from_text(text)


def _write(tx: Tx, schedule: Schedule, person: Person, what: str, event: str, **values: Any) -> None:
    if not schedules.amend(tx, schedule, person.id, what, **values):
        raise ScheduleMoved(f"D{schedule.id} was changed at this very moment; please try again.", changes=())
    tx.audit(event, actor=person.id, schedule_id=schedule.id, version=schedule.version + 1, what=what)


def _told(changes: Sequence[Change]) -> list[tuple[str, float, str]]:
    return [(change.by, change.at, change.what) for change in changes]
