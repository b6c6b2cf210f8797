"""Reads the fields of an invoice, offers what it found, and asks where it is not sure.

Reading invoices by rules is right often, not always: so every field comes with the line it stands in and its rivals, and a
missing or doubtful field puts the whole invoice to a person, who corrects it in the form.
"""

from datetime import timedelta
from functools import partial
from typing import Any

from pydantic import Field as Bound
from pydantic import TypeAdapter, ValidationError

from agents.core.caution import Sign, cautions
from agents.core.contract import AgentSpec, Check, Record, Tier, Trigger
from agents.core.desk import Ticket
from agents.core.errors import InvalidInput
from agents.core.job import CallOutcome, CallState, Evidence, Job, StopReason
from agents.core.reasoning import Extraction, Field, Reasoner
from agents.library.triage import TICKET_NUMBER
from agents.tools.desk import read_ticket
from agents.tools.invoices import InvoiceArgs, file_invoice

FIELDS = (
    Field(
        name="number",
        kind="identifier",
        words=("invoice no", "invoice number", "invoice #", "rechnung nr", "facture n°", "invoice", "rechnung"),
    ),
    Field(name="issued", kind="date", words=("invoice date", "date of invoice", "issued", "rechnungsdatum", "date")),
    Field(name="due", kind="date", words=("due date", "payable by", "pay by", "due", "fällig")),
    Field(
        name="total",
        kind="amount",
        words=("total amount due", "amount due", "grand total", "total due", "gesamtbetrag", "total", "balance"),
    ),
    Field(name="currency", kind="currency", words=("total", "amount due", "gesamtbetrag")),
    Field(name="account", kind="iban", words=("iban",)),
)
NEEDED = ("supplier", "number", "issued", "total", "currency")
SURE = 0.6
"""A field whose best candidate is less sure than this is doubtful."""

HIGH_TOTAL = 10_000.0
"""From this amount on, in whatever currency, people look at every invoice."""

_RIVAL = 0.75


class InvoiceInput(Record):
    """The ticket whose text is the invoice."""

    ticket: int = Bound(ge=1, description="Number of the ticket")


class InvoiceOutput(Record):
    """The fields as filed, or as proposed when nothing was filed."""

    ticket: int
    outcome: str
    fields: dict[str, str | None]
    doubtful: list[str]


async def run(job: Job, request: InvoiceInput) -> InvoiceOutput:
    """Reads, proposes, and files what people or policy let it."""
    await job.progress(f"Read the invoice in ticket {request.ticket}")
    ticket = TypeAdapter(Ticket).validate_python((await job.call(read_ticket, ticket=request.ticket)).result)
    found = await job.step(
        "look for the fields", partial(job.port(Reasoner).extract, ticket.body, fields=FIELDS), of=Extraction
    )
    values = proposed(ticket.body, found)
    doubtful = doubts(values, found)
    if not _fits(values):
        await job.reply(f"I cannot read the invoice in ticket {ticket.id}: {', '.join(doubtful)}. Nothing was filed.")
        return InvoiceOutput(ticket=ticket.id, outcome="unreadable", fields=values, doubtful=doubtful)
    stop, because = _reason(ticket, values, doubtful)
    outcome = await job.call(
        file_invoice,
        because=because,
        stop=stop,
        evidence=_evidence(ticket, found),
        confidence=_confidence(found),
        case_type="invoice/" + ("high" if float(values["total"] or 0) >= HIGH_TOTAL else "normal"),
        ticket=ticket.id,
        **{name: value for name, value in values.items() if value is not None},
    )
    if outcome.state is not CallState.SHADOW:
        await job.reply(_told(ticket, outcome))
    filed = {name: outcome.args.get(name) for name in values} if outcome.done else values
    return InvoiceOutput(ticket=ticket.id, outcome=str(outcome.state), fields=filed, doubtful=doubtful)


def proposed(text: str, found: Extraction) -> dict[str, str | None]:
    """The best candidate of each field, and the first line that could be a name as the supplier."""
    values: dict[str, str | None] = {"supplier": _supplier(text)}
    for field in FIELDS:
        best = found.best(field.name)
        values[field.name] = best.value if best else None
    if values["due"] is not None and values["issued"] is not None and values["due"] <= values["issued"]:
        values["due"] = None
    return values


def doubts(values: dict[str, str | None], found: Extraction) -> list[str]:
    """What a person should look at, as words: missing fields, unsure ones, and ones with a rival."""
    said = [f"no {name}" for name in NEEDED if values[name] is None]
    for field in FIELDS:
        candidates = found.fields.get(field.name, ())
        if not candidates or values[field.name] is None:
            continue
        best = candidates[0]
        rival = candidates[1] if len(candidates) > 1 else None
        if rival and rival.confidence >= best.confidence * _RIVAL:
            said.append(f"{field.name} may be {best.value} or {rival.value}")
        elif best.confidence < SURE and field.name in NEEDED:
            said.append(f"{field.name} is unsure")
    return said


def _supplier(text: str) -> str | None:
    for line in text.splitlines()[:15]:
        plain = " ".join(line.split())
        letters = sum(char.isalpha() for char in plain)
        if (
            3 <= len(plain) <= 80
            and letters >= len(plain) * 0.6
            and not plain.casefold().startswith(("invoice", "bill"))
        ):
            return plain
    return None


def _fits(values: dict[str, str | None]) -> bool:
    try:
        InvoiceArgs.model_validate(
            {"ticket": 1, **{name: value for name, value in values.items() if value is not None}}
        )
    except ValidationError:
        return False
    return True


def _reason(ticket: Ticket, values: dict[str, str | None], doubtful: list[str]) -> tuple[StopReason | None, str]:
    orders = [caution for caution in cautions(ticket.body) if caution.sign is not Sign.SECRET]
    if orders:
        return StopReason.OUTSIDE_POLICY, f"Look at the text before anything happens: {orders[0].what}."
    if float(values["total"] or 0) >= HIGH_TOTAL:
        return StopReason.HIGH_VALUE, f"The total is {values['total']} {values['currency']}."
    if doubtful:
        kind = StopReason.SOURCES_CONFLICT if any(" may be " in one for one in doubtful) else StopReason.LOW_CONFIDENCE
        return kind, f"Please check: {'; '.join(doubtful)}."[:500]
    return None, ""


def _evidence(ticket: Ticket, found: Extraction) -> tuple[Evidence, ...]:
    shown = [Evidence(label=f"Ticket {ticket.id}", text=ticket.subject[:200], url=ticket.url)]
    shown += [
        Evidence(
            label=f"{field.name.capitalize()} {candidate.value} ({candidate.confidence:.0%})",
            text=f"line {candidate.line}: {candidate.quote}"[:200],
        )
        for field in FIELDS
        if field.name != "account"
        for candidate in found.fields.get(field.name, ())[:2]
    ]
    return tuple(shown)


def _confidence(found: Extraction) -> float:
    """That of the least sure field needed."""
    best = [found.best(name) for name in NEEDED if name != "supplier"]
    return min((one.confidence if one else 0.0) for one in best)


def _told(ticket: Ticket, outcome: CallOutcome) -> str:
    args: dict[str, Any] = outcome.args
    match outcome.state:
        case CallState.DONE:
            return f"Invoice {args['number']} over {args['total']} {args['currency']} is filed on ticket {ticket.id}."
        case CallState.REJECTED:
            return f"The invoice in ticket {ticket.id} was not filed. {outcome.reason}".strip()
        case CallState.TAKEN_OVER:
            return f"A person files the invoice in ticket {ticket.id}."
        case _:
            return f"Nobody decided about the invoice in ticket {ticket.id} in time; nothing was filed."


def from_text(text: str) -> InvoiceInput:
    """`#482`, `ticket 482` or `482`. Raises `InvalidInput`."""
    number = TICKET_NUMBER.match(text.strip()) or TICKET_NUMBER.match(f"#{text.strip()}")
    if number is None:
        raise InvalidInput("Which ticket holds the invoice? Example: run invoice #482")
    return InvoiceInput(ticket=int(number[1]))


invoice = AgentSpec(
    name="invoice",
    title="Invoice fields",
    purpose="Reads number, dates, total and account of an invoice and files them; asks where it is not sure.",
    version="1",
    owner="billing lead",
    input=InvoiceInput,
    output=InvoiceOutput,
    run=run,
    tools=(read_ticket, file_invoice),
    triggers=frozenset({Trigger.COMMAND, Trigger.SHORTCUT, Trigger.JOB, Trigger.WEBHOOK}),
    forbidden=("send_reply",),
    tier=Tier.MEDIUM,
    deadline=timedelta(days=2),
    evidence=("the line each value stands in", "rival candidates", "how sure each field is"),
    checks=(
        Check(says="due is not before issued"),
        Check(says="the account's check digits are right"),
        Check(says="the total has two decimals"),
    ),
    failure="Nothing is filed; the owner is told and the job is kept as a dead letter.",
    summary=lambda request: f"Read the invoice in ticket {request.ticket}",
    from_text=from_text,
    case_types=("invoice/normal", "invoice/high"),
)
