"""A process that writes without a pause and says what is stored: to be copied, locked out and joined by others."""

import asyncio
import sys
from dataclasses import dataclass

from agents.core.clock import SystemClock
from storage import controls
from storage.open import open_store
from storage.store import Tx

ANYBODY = "T0/UANA"


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What to write where: `number` pairs of rows with an audit line each, the names beginning with `name`; 0 for as many
    as there is time for. `torn` is a planted bug: the two rows of a pair in a transaction each."""

    url: str
    name: str = "w"
    number: int = 0
    torn: bool = False


def left(tx: Tx, name: str) -> None:
    controls.put(tx, f"left {name}", "x" * 300, by=ANYBODY)  # type: ignore[arg-type]  # any text will do
    tx.audit("test.pair", actor=ANYBODY, name=name)


def right(tx: Tx, name: str) -> None:
    controls.put(tx, f"right {name}", "x" * 300, by=ANYBODY)  # type: ignore[arg-type]


def pair(tx: Tx, name: str) -> None:
    left(tx, name)
    right(tx, name)


async def write(orders: Writing) -> None:
    store = await open_store(orders.url, SystemClock())
    done = 0
    while not orders.number or done < orders.number:
        name = f"{orders.name}{done}"
        if orders.torn:
            await store.write(lambda tx, name=name: left(tx, name))  # type: ignore[misc]
            await store.write(lambda tx, name=name: right(tx, name))  # type: ignore[misc]
        else:
            await store.write(lambda tx, name=name: pair(tx, name))  # type: ignore[misc]
        done += 1
        print(done, flush=True)
    await store.close()


if __name__ == "__main__":
    asyncio.run(write(Writing(url=sys.argv[1], name=sys.argv[2], number=int(sys.argv[3]), torn="torn" in sys.argv[4:])))
