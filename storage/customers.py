"""What is known about customers, and which of them a ticket belongs to."""

import re
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, func, select

from agents.core.customers import FieldChange, changed
from agents.core.desk import Customer
from storage.dialects import upsert
from storage.store import Store, Tx
from storage.tables import customers


class TableCustomers:
    """The `CustomerBook` of a bot that has no other."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, keys: Collection[str]) -> list[Customer]:
        return await self._store.read(lambda tx: find_customers(tx, keys))

    async def count(self) -> int:
        return await self._store.read(
            lambda tx: int(tx.execute(select(func.count()).select_from(customers)).scalar_one())
        )

    async def apply(self, changes: Sequence[FieldChange]) -> None:
        await self._store.write(lambda tx: apply_changes(tx, changes))


def find_customers(tx: Tx, keys: Collection[str]) -> list[Customer]:
    """The customers with these keys, in the order of their keys."""
    wanted = select(customers).where(customers.c.key.in_(list(keys))).order_by(customers.c.key)
    return [_from(row) for row in tx.execute(wanted)]


def apply_changes(tx: Tx, changes: Sequence[FieldChange]) -> None:
    """All changes or, when one raises `RecordMoved` or `InvalidInput`, none."""
    by_customer: dict[str, list[FieldChange]] = {}
    for change in changes:
        by_customer.setdefault(change.customer, []).append(change)
    known = {customer.key: customer for customer in find_customers(tx, by_customer)}
    after = {key: changed(known.get(key), mine) for key, mine in by_customer.items()}
    for key, customer in after.items():
        if customer is None:
            tx.execute(delete(customers).where(customers.c.key == key))
        else:
            put_customer(tx, customer)


def put_customer(tx: Tx, customer: Customer) -> None:
    """Writes a customer's record, over the one with the same key."""
    row = {**asdict(customer), "aliases": list(customer.aliases), "people": list(customer.people)}
    upsert(tx, customers, ["key"], row)


def customer_of(tx: Tx, requester: str, text: str) -> Customer | None:
    """The customer a ticket belongs to: by its requester, else the longest name or alias that stands in the text."""
    known = [_from(row) for row in tx.execute(select(customers).order_by(customers.c.key))]
    for customer in known:
        if requester in customer.people:
            return customer
    named = [
        (len(name), customer)
        for customer in known
        for name in (customer.name, *customer.aliases)
        if len(name) >= 3 and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
    ]
    return max(named, key=lambda pair: pair[0])[1] if named else None


def _from(row: Any) -> Customer:
    return Customer(**{**row._mapping, "aliases": tuple(row.aliases), "people": tuple(row.people)})
