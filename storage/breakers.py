"""Targets that failed lately."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from storage.store import Tx
from storage.tables import breakers


@dataclass(frozen=True, kw_only=True)
class Ailing:
    """A target with failures in a row; with `open_until` calls to it wait until then."""

    target: str
    failures: int
    open_until: float | None


def all_of(tx: Tx) -> dict[str, Ailing]:
    """Every target that failed last."""
    return {row.target: _from(row) for row in tx.execute(_ALL)}


_ALL = select(breakers)


def get(tx: Tx, target: str) -> Ailing | None:
    """One target; None when it is well."""
    row = tx.execute(select(breakers).where(breakers.c.target == target)).first()
    return _from(row) if row else None


def count(tx: Tx, target: str, *, most: int, rest: float) -> Ailing:
    """Counts one failure; from the `most`-th in a row on, calls wait for `rest` seconds."""
    known = get(tx, target)
    failures = known.failures + 1 if known else 1
    open_until = tx.now + rest if failures >= most else None
    values = {"failures": failures, "open_until": open_until, "at": tx.now}
    if known is None:
        tx.execute(insert(breakers).values(target=target, **values))
    else:
        tx.execute(update(breakers).where(breakers.c.target == target).values(**values))
    return Ailing(target=target, failures=failures, open_until=open_until)


def take_try(tx: Tx, known: Ailing, *, until: float) -> bool:
    """Lets one caller try after the rest. Returns False when another was quicker."""
    done = tx.execute(
        update(breakers)
        .where(breakers.c.target == known.target, breakers.c.open_until == known.open_until)
        .values(open_until=until)
    )
    return done.rowcount == 1


def forget(tx: Tx, target: str) -> None:
    """The target is well again."""
    tx.execute(delete(breakers).where(breakers.c.target == target))


def _from(row: object) -> Ailing:
    return Ailing(target=row.target, failures=row.failures, open_until=row.open_until)  # type: ignore[attr-defined]
