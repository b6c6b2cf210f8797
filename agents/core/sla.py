"""When a ticket's due time calls for a reminder. Pure.

The first reminder comes before the breach, when a quarter of the time is left; the second at the breach; then the gaps
double (1, 3, 7, 15 hours late ...), so that a forgotten ticket is not a flood.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from agents.core.errors import InvalidInput

WARN_SHARE = 0.75
"""Share of the time between opening and due after which people are warned."""

FIRST_GAP = 3_600.0
LAST_STAGE = 8
"""The last reminder comes 63 hours after the breach; after that the digest alone says it."""

CHAIN_STAGE = 3
"""From this stage on the next people in the chain are asked too."""

_HOURS = re.compile(r"^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$")


def stage_of(*, created_at: float, due_at: float, now: float) -> int:
    """Which reminder is due: 0 none, 1 before the breach, 2 at the breach, 3 and up the longer it is late."""
    if now < created_at + WARN_SHARE * (due_at - created_at):
        return 0
    if now < due_at:
        return 1
    stage, gap, limit = 2, FIRST_GAP, due_at + FIRST_GAP
    while stage < LAST_STAGE and now >= limit:
        stage += 1
        gap *= 2
        limit += gap
    return stage


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """Local times between which only urgent tickets are mentioned. `start` may be later than `end`: the night."""

    start: time
    end: time
    zone: ZoneInfo

    def covers(self, moment: datetime) -> bool:
        """Whether an aware moment falls into them."""
        clock = moment.astimezone(self.zone).time().replace(tzinfo=None)
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


def read_quiet_hours(text: str, zone: str) -> QuietHours | None:
    """`20:00-07:00` in a named zone; None for no text. Raises `InvalidInput` with an example."""
    if not text:
        return None
    found = _HOURS.match(text)
    try:
        first, minute, last, end = (int(part) for part in found.groups()) if found else (24, 0, 0, 0)
        return QuietHours(start=time(first, minute), end=time(last, end), zone=ZoneInfo(zone))
    except (ValueError, KeyError, OSError):
        raise InvalidInput(
            f"Quiet hours {text} in {zone} cannot be read. Example: quiet=20:00-07:00 zone=Europe/Berlin"
        ) from None
