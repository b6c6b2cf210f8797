"""Reads and changes customers' records. A change names what it found, so that nothing newer is written over."""

from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator
from pydantic_core import to_jsonable_python

from agents.core.canonical import sha256
from agents.core.contract import Access, Probe, Record, Tier, Tool, ToolContext
from agents.core.customers import KEY, CustomerBook, CustomerField, FieldChange, text_of
from agents.core.desk import Customer

MOST_CHANGES = 20
"""On one card: more than that nobody reads."""

Key = Annotated[str, Field(min_length=1, max_length=120, pattern=KEY, description="The customer's key")]
Value = Annotated[str, Field(max_length=500)]


class CustomersArgs(Record):
    """Which customers."""

    keys: Annotated[list[Key], Field(max_length=1000)]


class ChangeArgs(Record):
    """One field of one customer: what it is now, and what it becomes. Empty means nothing stands there."""

    customer: Key
    field: CustomerField
    was: Value = ""
    becomes: Value = ""

    @model_validator(mode="after")
    def _is_a_change(self) -> "ChangeArgs":
        if self.was == self.becomes:
            raise ValueError("was and becomes are the same")
        if self.field is CustomerField.VIP and not {self.was, self.becomes} <= {"yes", ""}:
            raise ValueError("vip is yes or empty")
        return self

    def change(self) -> FieldChange:
        return FieldChange(**self.model_dump())


class ChangesArgs(Record):
    """Changes that are made together or not at all."""

    changes: Annotated[list[ChangeArgs], Field(min_length=1, max_length=MOST_CHANGES)]

    @field_validator("changes")
    @classmethod
    def _each_field_once(cls, changes: list[ChangeArgs]) -> list[ChangeArgs]:
        if len({(one.customer, one.field) for one in changes}) != len(changes):
            raise ValueError("a field of a customer stands there twice")
        return changes


async def _read(context: ToolContext, args: CustomersArgs) -> Any:
    book = context.port(CustomerBook)
    found = await book.find(args.keys)
    return {"customers": to_jsonable_python(list(found)), "known": await book.count()}


async def _change(context: ToolContext, args: ChangesArgs) -> Any:
    await context.port(CustomerBook).apply([one.change() for one in args.changes])
    return {"changed": len(args.changes)}


async def _take_back(context: ToolContext, args: ChangesArgs, _result: Any) -> None:
    """Raises `RecordMoved` when somebody has changed one of these fields since."""
    await context.port(CustomerBook).apply([one.change().reversed() for one in args.changes])


async def _happened(context: ToolContext, args: ChangesArgs) -> Probe:
    known = await _known(context, args)
    now = [text_of(known.get(one.customer), one.field) for one in args.changes]
    if now == [one.becomes for one in args.changes]:
        return Probe.HAPPENED
    return Probe.DID_NOT if now == [one.was for one in args.changes] else Probe.UNKNOWN


async def _version(context: ToolContext, args: ChangesArgs) -> str:
    """Of the fields that would change, not of whole records: what somebody does to another field is no reason to ask again."""
    known = await _known(context, args)
    return sha256([[one.customer, one.field, text_of(known.get(one.customer), one.field)] for one in args.changes])[:16]


async def _known(context: ToolContext, args: ChangesArgs) -> dict[str, Customer]:
    found = await context.port(CustomerBook).find({one.customer for one in args.changes})
    return {customer.key: customer for customer in found}


def _question(args: ChangesArgs) -> str:
    customers = sorted({one.customer for one in args.changes})
    whose = customers[0] if len(customers) == 1 else f"{len(customers)} customers"
    fields = "1 field" if len(args.changes) == 1 else f"{len(args.changes)} fields"
    return f"Change {fields} of {whose}?"[:140]


read_customers = Tool(
    name="read_customers",
    title="Read customers' records",
    target="customer book",
    access=Access.READ,
    args=CustomersArgs,
    run=_read,
    question=lambda args: f"Read {len(args.keys)} customers' records?",
    verb=lambda _: "Read the records",
)

change_customers = Tool(
    name="change_customers",
    title="Change customers' records",
    target="customer book",
    access=Access.WRITE,
    args=ChangesArgs,
    run=_change,
    question=_question,
    verb=lambda args: "Make the change" if len(args.changes) == 1 else f"Make {len(args.changes)} changes",
    tier=Tier.MEDIUM,
    record=lambda args: ", ".join(sorted({one.customer for one in args.changes}))[:200],
    version=_version,
    probe=_happened,
    undo=_take_back,
)
