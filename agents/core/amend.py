"""Changing a schedule that others may change too: what differs, and whether somebody was faster. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.core.ids import PersonId
from agents.core.schedule import Change, Schedule

UNSEEN_SECONDS = 600.0
"""Somebody who does not say which version they saw is taken to know nothing that others changed in that time."""

WORDS = "what it is given"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a person wants a schedule to be; None leaves a part as it is. `name` is the digest, `text` what the agent is
    given, `spec` the one form of the times."""

    spec: str | None = None
    timezone: str | None = None
    channel: str | None = None
    name: str | None = None
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One part that changes. Reads as `times from “daily 08:00” to “daily 09:00”`."""

    part: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.part} from “{self.old}” to “{self.new}”"

    @property
    def kept(self) -> str:
        """As it is written down for good: without the words that somebody wrote, which may have to be erased one day."""
        return self.part if self.part == WORDS else str(self)


def differences(schedule: Schedule, wanted: Wanted) -> list[Difference]:
    """Each part that would change."""
    parts = [
        ("times", str(schedule.spec), wanted.spec),
        ("time zone", schedule.timezone, wanted.timezone),
        ("channel", schedule.channel or "none", wanted.channel),
        ("content", schedule.name, wanted.name),
        (WORDS, str(schedule.params.get("text", "")), wanted.text),
    ]
    return [Difference(part=part, old=old, new=new) for part, old, new in parts if new is not None and new != old]


def unseen(schedule: Schedule, *, by: PersonId, seen: int | None, now: float) -> Sequence[Change]:
    """Changes by others that this person cannot have known: those after the version they saw, or, where they name none,
    those of the last minutes after their own."""
    if seen is not None:
        return [change for change in schedule.history if change.version > seen]
    later: list[Change] = []
    for change in schedule.history:
        later = [] if change.by == by else [*later, change]
    return [change for change in later if change.at > now - UNSEEN_SECONDS]
