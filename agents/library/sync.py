"""Keeps what the desk knows about customers in step with another system: compares, and proposes each difference."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from pydantic import Field, TypeAdapter, ValidationError

from agents.core.caution import cautions
from agents.core.contract import AgentSpec, Check, Record, Tier, Trigger
from agents.core.customer_feed import MOST_ROWS, Compared, Row, compare, read_table, sentence
from agents.core.customers import CustomerField, FieldChange
from agents.core.desk import Customer
from agents.core.errors import InvalidInput
from agents.core.job import CallState, Evidence, Job, StopReason
from agents.core.redaction import redact
from agents.tools.customers import MOST_CHANGES, change_customers, read_customers

SUSPICIOUS_SHARE, SUSPICIOUS_FROM = 0.5, 5
"""A feed that would change half of all that is known, and at least five customers, is more likely broken than right."""

NEW, CHANGED, VIP = "customers/new", "customers/changed", "customers/vip"


class SyncInput(Record):
    """What the other system says, a row for each customer."""

    rows: tuple[Row, ...] = Field(min_length=1, max_length=MOST_ROWS)


class SyncOutput(Record):
    """How many customers were compared, how many fields differed, and how many were changed. `left_out` are keys that were
    not compared."""

    compared: int
    differences: int
    changed: int
    left_out: tuple[str, ...]


async def run(job: Job, request: SyncInput) -> SyncOutput:
    """One card for up to twenty changes; new customers, changed ones and what concerns VIPs are asked about apart."""
    keys = list(dict.fromkeys(row.key for row in request.rows))
    await job.progress("Compare customers")
    read = (await job.call(read_customers, keys=keys)).result
    known = {one.key: one for one in TypeAdapter(list[Customer]).validate_python(read["customers"])}
    found = compare(request.rows, known)
    left_out = (*found.disputed, *found.nameless)
    done = 0
    shadow = False
    for case_type, changes in batches(found, known):
        stop, because = doubts(found, changes, case_type, known=int(read["known"]))
        called = await job.call(
            change_customers,
            because=because,
            stop=stop,
            evidence=_evidence(found, changes, known),
            case_type=case_type,
            changes=[
                {"customer": one.customer, "field": one.field, "was": one.was, "becomes": one.becomes}
                for one in changes
            ],
        )
        done += len(called.args["changes"]) if called.done else 0
        shadow = shadow or called.state is CallState.SHADOW
    if not shadow:
        await job.reply(summing_up(len(keys), len(found.changes), done, left_out))
    return SyncOutput(compared=len(keys), differences=len(found.changes), changed=done, left_out=left_out)


def batches(found: Compared, known: dict[str, Customer]) -> Iterator[tuple[str, list[FieldChange]]]:
    """Changes by case type, in portions that a person can read; one customer's changes stay together."""
    vips = {key for key, customer in known.items() if customer.vip}
    vips |= {change.customer for change in found.changes if change.field is CustomerField.VIP}
    kinds: dict[str, dict[str, list[FieldChange]]] = {VIP: {}, CHANGED: {}, NEW: {}}
    for change in found.changes:
        kind = VIP if change.customer in vips else NEW if change.customer in found.new else CHANGED
        kinds[kind].setdefault(change.customer, []).append(change)
    for kind, customers in kinds.items():
        portion: list[FieldChange] = []
        for changes in customers.values():
            if portion and len(portion) + len(changes) > MOST_CHANGES:
                yield kind, portion
                portion = []
            portion = [*portion, *changes]
        if portion:
            yield kind, portion


def doubts(
    found: Compared, changes: Sequence[FieldChange], case_type: str, *, known: int
) -> tuple[StopReason | None, str]:
    """Why people must look, whatever the mode, and in words; the gravest first."""
    for change in changes:
        if signs := cautions(change.becomes):
            return StopReason.OUTSIDE_POLICY, f"Look at {change.customer} before anything happens: {signs[0].what}."
    if found.touched >= SUSPICIOUS_FROM and found.touched >= known * SUSPICIOUS_SHARE:
        return (
            StopReason.OUTSIDE_POLICY,
            f"{found.touched} of {known} known customers would change. Is what was sent whole and right?",
        )
    if found.disputed:
        names = ", ".join(found.disputed[:5])
        return StopReason.SOURCES_CONFLICT, f"What was sent contradicts itself about {names}; they are left out."
    if case_type == VIP:
        return StopReason.HIGH_VALUE, "It concerns a customer who is marked as VIP, or the mark itself."
    return None, ""


def _evidence(found: Compared, changes: Sequence[FieldChange], known: dict[str, Customer]) -> tuple[Evidence, ...]:
    """Who is concerned; what changes stands in the proposal itself."""
    keys = list(dict.fromkeys(change.customer for change in changes))
    new = [key for key in keys if key in found.new]
    ours = [f"{redact(known[key].name)} ({key})" for key in keys if key in known]
    lines = {"New customers": new, "Known customers": ours, "Left out, because they have no name": found.nameless[:20]}
    return tuple(Evidence(label=label, text=", ".join(who)) for label, who in lines.items() if who)


def summing_up(compared: int, differing: int, done: int, left_out: Sequence[str]) -> str:
    """What became of it, in a sentence or two."""
    customers = "1 customer" if compared == 1 else f"{compared} customers"
    if not differing:
        said = f"{customers} compared; nothing differs."
    else:
        said = f"{customers} compared, {differing} fields differ, {done} changed."
    if left_out:
        said += f" Left out: {', '.join(left_out[:10])}{' and more' if len(left_out) > 10 else ''}."
    return said


def from_text(text: str) -> SyncInput:
    """A table in text. Raises `InvalidInput` that names the line and the column."""
    try:
        return SyncInput.model_validate({"rows": read_table(text)})
    except ValidationError as error:
        raise InvalidInput(sentence(error)) from None


sync = AgentSpec(
    name="sync",
    title="Customer data sync",
    purpose="Compares customers' records with what another system says, and changes what differs.",
    version="1",
    owner="operations lead",
    input=SyncInput,
    output=SyncOutput,
    run=run,
    tools=(read_customers, change_customers),
    triggers=frozenset({Trigger.COMMAND, Trigger.SHORTCUT, Trigger.WEBHOOK, Trigger.JOB}),
    tier=Tier.MEDIUM,
    deadline=timedelta(days=2),
    evidence=("which customers are new and which are known",),
    checks=(
        Check(says="a field changes only if it still is what it was"),
        Check(says="at most twenty changes on one card"),
    ),
    failure="No further record is changed; the owner is told and the job is kept as a dead letter.",
    case_types=(NEW, CHANGED, VIP),
    summary=lambda request: f"Compare {len(request.rows)} customer{'s' * (len(request.rows) != 1)}",
    from_text=from_text,
)
