"""Writes the fields of an invoice to its ticket, for accounting to book."""

from typing import Annotated, Any

from pydantic import Field, model_validator
from pydantic_core import to_jsonable_python

from agents.core.contract import Access, Record, Tier, Tool, ToolContext
from agents.core.desk import EntryKind, TicketDesk
from agents.tools.desk import Number, happened, record_of, version_of

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="YYYY-MM-DD")]


class InvoiceArgs(Record):
    """The fields of one invoice, in normal form."""

    ticket: Number
    supplier: Annotated[str, Field(min_length=1, max_length=120)]
    number: Annotated[str, Field(min_length=1, max_length=60, description="The supplier's invoice number")]
    issued: Day
    due: Day | None = None
    total: Annotated[str, Field(pattern=r"^\d{1,9}\.\d{2}$", description="Amount to pay, such as 1190.00")]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217, such as EUR")]
    account: Annotated[str | None, Field(pattern=r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$", description="IBAN")] = None

    @model_validator(mode="after")
    def _due_comes_later(self) -> "InvoiceArgs":
        if self.due is not None and self.due < self.issued:
            raise ValueError(f"it cannot be due on {self.due}, before it was issued on {self.issued}")
        return self


async def _file(context: ToolContext, args: InvoiceArgs) -> Any:
    lines = [f"{name}: {value}" for name, value in args.model_dump().items() if name != "ticket" and value is not None]
    entry = await context.port(TicketDesk).write_entry(
        args.ticket,
        EntryKind.NOTE,
        "Invoice\n" + "\n".join(lines),
        key=context.effect_key,
        by=f"job {context.job_id}",
    )
    return to_jsonable_python(entry)


file_invoice = Tool(
    name="file_invoice",
    title="Write an invoice's fields to its ticket",
    target="ticket desk",
    access=Access.WRITE,
    args=InvoiceArgs,
    run=_file,
    question=lambda args: f"File invoice {args.number} of {args.supplier} over {args.total} {args.currency}?"[:140],
    verb=lambda _: "File the invoice",
    tier=Tier.MEDIUM,
    record=record_of,
    version=version_of,
    keyed=True,
    probe=happened,
    sensitive=frozenset({"account"}),
    locked=frozenset({"ticket"}),
)
