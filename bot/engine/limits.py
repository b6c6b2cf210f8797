"""The numbers an engine works by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from agents.core.contract import Lane
from agents.core.errors import Misconfigured

Suspects = Literal["never", "here", "only"]


def _lanes() -> Mapping[Lane, int]:
    return MappingProxyType({Lane.FAST: 32, Lane.NORMAL: 16, Lane.HEAVY: 4})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """`lanes` says how many jobs of each lane run at once here; a lane that is absent is not served. Times in seconds.

    A lease is renewed every `beat`; a job whose lease nobody renews for `lease` seconds is given to another worker.
    `poll` is the safety net for a ring that got lost. `grace` is what a job gets after its deadline to end by itself.
    `suspects` are jobs that took a worker down: this engine leaves them to others, runs each alone `here` when nothing
    else runs, or runs `only` those. `memory_mb` is what this process may use, 0 for no limit of ours.
    """

    lanes: Mapping[Lane, int] = field(default_factory=_lanes)
    lease: float = 15.0
    beat: float = 3.0
    poll: float = 2.0
    sweep: float = 1.0
    grace: float = 5.0
    suspects: Suspects = "here"
    deadly: bool = False
    memory_mb: int = 0


def read_lanes(words: str) -> tuple[Mapping[Lane, int], Suspects]:
    """Lanes from words such as "fast,normal:8" or "heavy"; "alone" is for jobs that took a worker down, one at a time.

    Without words every lane is served. Raises `Misconfigured` for a lane there is not.
    """
    if not words.strip():
        return _lanes(), "here"
    if words.strip() == "alone":
        return MappingProxyType(dict.fromkeys(Lane, 1)), "only"
    chosen: dict[Lane, int] = {}
    for word in words.split(","):
        name, _, number = word.strip().partition(":")
        if name not in list(Lane) or (number and not (number.isdigit() and 1 <= int(number) <= 1000)):
            raise Misconfigured(f"CALMOPS_LANES={words} is not a list of lanes such as fast,normal:8 or heavy.")
        chosen[Lane(name)] = int(number) if number else _lanes()[Lane(name)]
    return MappingProxyType(chosen), "never"
