"""A rest for targets that fail: after a few failures in a row calls wait, and one at a time tries whether it is back.

The state stands in the database, so that all workers know it. Each worker keeps what it read last with its claims; most
targets are well, and cost nothing.
"""

from agents.core.errors import BreakerOpen, CalmopsError, FailureClass, Transient
from agents.core.failures import Failure
from bot.engine.context import World
from storage import breakers
from storage.store import Tx

FAILURES = 5
"""Transient failures in a row until calls to a target wait."""

REST = 30.0
"""Seconds between two tries while a target is down."""


def refresh(tx: Tx, world: World, *, some: bool) -> None:
    """Reads which targets have failed lately, if there are some."""
    world.ailing = breakers.all_of(tx) if some else {}


def check(world: World, target: str) -> None:
    """Raises `BreakerOpen` while a target is given a rest, as far as this worker knows."""
    known = world.ailing.get(target)
    if known is not None and known.open_until is not None and known.open_until > world.clock.now():
        raise _open(target, known.open_until - world.clock.now())


def check_in(tx: Tx, world: World, target: str) -> None:
    """The same by the rows as they are now. When the rest is over the first caller may try, and the others wait on."""
    if target not in world.ailing:
        return
    known = breakers.get(tx, target)
    if known is None or known.open_until is None:
        return
    if known.open_until > tx.now or not breakers.take_try(tx, known, until=tx.now + REST):
        raise _open(target, max(known.open_until - tx.now, 1.0))


def failed(tx: Tx, world: World, target: str, failure: Failure) -> None:
    """Counts a failure of the target itself; other failures say nothing about it."""
    if failure.kind is FailureClass.TRANSIENT:
        state = breakers.count(tx, target, most=FAILURES, rest=REST)
        world.ailing = {**world.ailing, target: state}


def got_through(tx: Tx, world: World, target: str) -> None:
    """A call got through: the target is well."""
    if target in world.ailing:
        breakers.forget(tx, target)
        world.ailing = {name: state for name, state in world.ailing.items() if name != target}


def blame(world: World, target: str, error: CalmopsError) -> CalmopsError:
    """The error for a job whose call to this target failed. While the target is down that is not the job's fault, also
    not when it was the one that tried: it waits, and its tries are not counted."""
    known = world.ailing.get(target)
    if not isinstance(error, Transient) or known is None or known.open_until is None:
        return error
    wait = max(known.open_until - world.clock.now(), error.retry_after or 0.0)
    return BreakerOpen(f"{target} is given a rest. Last time: {error}", retry_after=wait)


def _open(target: str, wait: float) -> BreakerOpen:
    return BreakerOpen(f"{target} has failed several times and is given a rest.", retry_after=wait)
