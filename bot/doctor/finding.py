"""What a check found."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "problem"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of the doctor. `what` is a sentence; `do` the next step, "" when there is none to take. A `note` is worth
    knowing; a `problem` makes `calmops doctor` end with code 1."""

    check: str
    level: Level
    what: str
    do: str = ""


def ok(check: str, what: str) -> Finding:
    return Finding(check=check, level="ok", what=what)


def note(check: str, what: str, do: str = "") -> Finding:
    return Finding(check=check, level="note", what=what, do=do)


def problem(check: str, what: str, do: str = "") -> Finding:
    return Finding(check=check, level="problem", what=what, do=do)
