"""What a digest says, as values: numbers first, words made from them, so that text, table and chart always agree.

`agents.core.report_parts` and `agents.core.report_weekly` make them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from agents.core.errors import InvalidInput


class ReportKind(StrEnum):
    """The digests there are."""

    QUEUE_HEALTH = "queue-health"
    APPROVALS = "approvals"
    AGENTS = "agent-performance"
    SUPPORT = "support-kpi"
    WEEKLY = "weekly"


@dataclass(frozen=True, kw_only=True)
class Period:
    """From `since` up to, but not including, `until`."""

    since: float
    until: float

    @property
    def before(self) -> "Period":
        """The period of the same length that ended where this one began: what a trend compares with."""
        return Period(since=2 * self.since - self.until, until=self.since)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One number with its name; `note` says what it is compared with, `attention` that somebody should look."""

    label: str
    value: str
    note: str = ""
    attention: bool = False


@dataclass(frozen=True, kw_only=True)
class Whom:
    """People in a cell of a table: ids of users and of user groups."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ", ".join([*self.users, *self.groups]) or "nobody"


Cell = str | Whom


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of short texts under named columns. `more` counts rows that were left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: int = 0

    @property
    def upright(self) -> "Table":
        """The same with rows and columns exchanged: few things with many numbers fit a phone that way."""
        (_, *names), *others = zip(self.columns, *self.rows, strict=True)
        return Table(columns=("", *map(str, names)), rows=tuple(others))


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Stacked horizontal bars: one bar for each label, one segment for each series."""

    title: str
    labels: tuple[str, ...]
    series: Mapping[str, tuple[float, ...]]
    unit: str = "jobs"

    @property
    def alt(self) -> str:
        """The chart in words, for people who cannot see it; says every number."""
        bars = []
        for place, label in enumerate(self.labels):
            parts = [f"{values[place]:g} {name}" for name, values in self.series.items()]
            bars.append(f"{label}: {', '.join(parts)}")
        return f"{self.title} ({self.unit}). {'; '.join(bars)}."


@dataclass(frozen=True, kw_only=True)
class Report:
    """One digest. `parts` are others of which only the headline is told; `quiet` means there is nothing to tell; `missing`
    names sources that could not be read, so that a gap is never shown as a zero."""

    kind: ReportKind
    title: str
    headline: str
    period: Period
    facts: tuple[Fact, ...] = ()
    table: Table | None = None
    chart: Chart | None = None
    parts: tuple["Report", ...] = ()
    quiet: bool = False
    missing: tuple[str, ...] = ()


def read_kind(word: str) -> ReportKind:
    """The digest that a person named; the beginning of its name will do. Raises `InvalidInput` that lists them."""
    wanted = word.strip().lower().replace("_", "-").replace(" ", "-")
    starting = [kind for kind in ReportKind if wanted and kind.startswith(wanted)]
    if len(starting) != 1:
        raise InvalidInput(f"There is no digest named {word.strip()}. Digests: {', '.join(ReportKind)}.")
    return starting[0]


def usual_period(kind: ReportKind, now: float) -> Period:
    """What a digest that nobody set up covers: a day, and the weekly one a week."""
    return Period(since=now - (7 if kind is ReportKind.WEEKLY else 1) * 86_400.0, until=now)


def unavailable(report: Report, source: str) -> Report:
    """The same report, saying that a source could not be read."""
    return replace(report, missing=(*report.missing, source), quiet=False)


def duration(seconds: float) -> str:
    """A length of time in the two largest units that matter: "3 d 4 h", "2 h 5 min", "12 s"."""
    whole = max(0, round(seconds))
    for size, unit, smaller, name in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min")):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size} {unit}" + (f" {rest} {name}" if rest else "")
    return f"{whole // 60} min" if whole >= 60 else f"{whole} s"


def percent(share: float | None) -> str:
    """A share as whole percent; a dash where there is nothing to count."""
    return "-" if share is None else f"{share * 100:.0f}%"


def count(number: int, noun: str) -> str:
    """`1 job`, `2 jobs`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def against(now: int, before: int) -> str:
    """How a number moved, for the note beside it."""
    return "as before" if now == before else f"{now - before:+d} against the period before"
