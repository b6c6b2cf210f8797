"""What the policy says about digests and schedules as a whole."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field, field_validator

from agents.core.policy.sections import Section


class SchedulesPolicy(Section):
    """The `[schedules]` section."""

    holidays: Mapping[date, str] = Field(default_factory=dict)
    """Local dates on which what is set up with "except holidays" does nothing -> name, "" where none is written. In a file
    a list of dates, or a table of date = "name"."""
    nothing_to_report: Literal["line", "silence"] = "line"
    """What a digest does that has nothing to tell: says so in one line, or is not sent."""

    @field_validator("holidays", mode="before")
    @classmethod
    def _dates(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {_date(day): name for day, name in value.items()}
        if isinstance(value, list | tuple):
            return {_date(day): "" for day in value}
        return value


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{str(value)!r} is not a date that exists; write one such as 2026-12-25") from None
