"""Fault points: places where a crash test makes this process die or stall. None is armed unless a test asks for it."""

import os
import signal
from collections import Counter
from dataclasses import dataclass, field

from agents.core.errors import Misconfigured


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens at the `visit`-th visit of a point: the process gets this signal."""

    point: str
    visit: int
    signal: int


@dataclass
class Faults:
    """The armed faults of one process, and how often each point was visited."""

    armed: tuple[Fault, ...] = ()
    visits: Counter[str] = field(default_factory=Counter)

    def point(self, name: str) -> None:
        """Marks a place where a crash matters. Costs nothing while nothing is armed."""
        if not self.armed:
            return
        self.visits[name] += 1
        for fault in self.armed:
            if fault.point == name and fault.visit == self.visits[name]:
                os.kill(os.getpid(), fault.signal)


def read_faults(spec: str, *, allowed: bool) -> Faults:
    """Faults from `POINT:N` (die at the N-th visit) or `POINT:N:stop` (stall there), several with commas between.

    Raises `Misconfigured` outside of tests, and for what is neither.
    """
    if not spec:
        return Faults()
    if not allowed:
        raise Misconfigured("CALMOPS_FAULT makes the bot crash on purpose; it works only together with CALMOPS_TEST=1.")
    faults = []
    for part in spec.split(","):
        name, _, rest = part.strip().partition(":")
        visit, _, how = rest.partition(":")
        if not name or not visit.isdigit() or how not in ("", "kill", "stop"):
            raise Misconfigured(f"CALMOPS_FAULT={part} is not POINT:N or POINT:N:stop, such as after_effect:3.")
        faults.append(Fault(point=name, visit=int(visit), signal=signal.SIGSTOP if how == "stop" else signal.SIGKILL))
    return Faults(armed=tuple(faults))
