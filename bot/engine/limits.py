"""The numbers an engine works by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from agents.core.contract import Lane


def _lanes() -> Mapping[Lane, int]:
    return MappingProxyType({Lane.FAST: 32, Lane.NORMAL: 16, Lane.HEAVY: 4})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """`lanes` says how many jobs of each lane run at once here; a lane that is absent is not served. Times in seconds.

    A lease is renewed every `beat`; a job whose lease nobody renews for `lease` seconds is given to another worker.
    `poll` is the safety net for a ring that got lost. `grace` is what a job gets after its deadline to end by itself.
    """

    lanes: Mapping[Lane, int] = field(default_factory=_lanes)
    lease: float = 15.0
    beat: float = 3.0
    poll: float = 2.0
    sweep: float = 1.0
    grace: float = 5.0
