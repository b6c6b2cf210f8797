"""The `CustomerBook` port: what the desk knows about customers, and changes to it field by field. The rules here are pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from agents.core.desk import Customer
from agents.core.errors import InvalidInput, RecordMoved

KEY = r"^\w[\w.@:/-]*$"
"""What a customer's key may look like."""


class CustomerField(StrEnum):
    """What of a record can change. A record whose name is taken away is gone."""

    NAME = "name"
    ALIASES = "aliases"
    PEOPLE = "people"
    VIP = "vip"
    QUEUE = "queue"


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field of one customer, as text: lists with commas, `vip` as yes or no, nothing as ""."""

    customer: str
    field: CustomerField
    was: str
    becomes: str

    def reversed(self) -> "FieldChange":
        """The change that takes this one back."""
        return replace(self, was=self.becomes, becomes=self.was)


class CustomerBook(Protocol):
    """Where records of customers are kept."""

    async def find(self, keys: Collection[str]) -> Sequence[Customer]: ...

    async def count(self) -> int: ...

    async def apply(self, changes: Sequence[FieldChange]) -> None:
        """Makes all changes or none. What stands as it shall become already is left alone, so that a repetition does no
        harm. Raises `RecordMoved` when a field holds neither what it was nor what it becomes."""
        ...


def text_of(customer: Customer | None, field: CustomerField) -> str:
    """A field as text; "" for a customer who is not known."""
    if customer is None:
        return ""
    match field:
        case CustomerField.NAME:
            return customer.name
        case CustomerField.ALIASES:
            return ", ".join(customer.aliases)
        case CustomerField.PEOPLE:
            return ", ".join(customer.people)
        case CustomerField.VIP:
            return "yes" if customer.vip else ""
        case CustomerField.QUEUE:
            return customer.queue or ""


def differences(known: Customer | None, told: Mapping[CustomerField, str], key: str) -> list[FieldChange]:
    """What would have to change so that a record says what a source told. A field that the source is silent on stays."""
    return [
        FieldChange(customer=key, field=field, was=was, becomes=told[field])
        for field in CustomerField
        if field in told and (was := text_of(known, field)) != told[field]
    ]


def changed(known: Customer | None, changes: Sequence[FieldChange]) -> Customer | None:
    """One customer's record after these changes of it; None when it is gone. Raises `RecordMoved`, and `InvalidInput` for a
    new customer without a name."""
    key = changes[0].customer
    after = known or Customer(key=key, name="")
    for change in changes:
        now = text_of(known, change.field)
        if now not in (change.was, change.becomes):
            raise RecordMoved(
                f"The {change.field} of {key} is {now or 'empty'} now, no longer {change.was or 'empty'}."
            )
        after = _with(after, change.field, change.becomes)
    if after.name:
        return after
    if any(change.field is CustomerField.NAME for change in changes):
        return None
    raise InvalidInput(f"{key} is not known and has no name, so there is nothing to keep.")


def _with(customer: Customer, field: CustomerField, text: str) -> Customer:
    parts = tuple(part for part in (each.strip() for each in text.split(",")) if part)
    match field:
        case CustomerField.NAME:
            return replace(customer, name=text)
        case CustomerField.ALIASES:
            return replace(customer, aliases=parts)
        case CustomerField.PEOPLE:
            return replace(customer, people=parts)
        case CustomerField.VIP:
            return replace(customer, vip=text == "yes")
        case CustomerField.QUEUE:
            return replace(customer, queue=text or None)
