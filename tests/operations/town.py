"""A small town to govern: one agent with a few tools, a policy, its people, and questions put to them."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import Field

from agents.core.clock import FakeClock
from agents.core.contract import Access, AgentSpec, Record, Registry, Tier, Tool, ToolContext, Trigger
from agents.core.ids import EscalationId, JobId, PersonId, person_id
from agents.core.job import Source, StopReason
from agents.core.people import Person, PersonKind
from agents.core.policy import Policy
from agents.core.records import EscalationKind, EscalationRecord, JobRecord, OutboxRecord, Verdict
from agents.core.status import JobStatus, WaitKind
from handlers import operations
from handlers.operations import Answer, Decided
from storage import escalations, jobs, trail
from storage.open import open_store
from storage.rows import outbox_from
from storage.store import Store, Tx
from storage.tables import outbox

T = TypeVar("T")
TEAM = "T0LOCAL"
CHANNEL = "C0SUPPORT"
HOUR = 3600.0


def person(name: str, kind: PersonKind = PersonKind.MEMBER, *groups: str, team: str = TEAM) -> Person:
    return Person(id=person_id(team, f"U0{name.upper()}"), kind=kind, name=name, groups=frozenset(groups))


ANA, BO, CHO, DEE = person("ana"), person("bo"), person("cho"), person("dee", PersonKind.MEMBER, "S0OPS")
FAY = person("fay", PersonKind.MEMBER, "S0LEADS")
EVERYONE = {one.id: one for one in (ANA, BO, CHO, DEE, FAY)}


class Pay(Record):
    """Arguments of the tool that most tests propose."""

    invoice: int = Field(ge=1)
    amount: Decimal = Field(gt=0, le=100_000)
    note: str = ""


async def _nothing(*_: Any) -> Any:
    return None


async def _take_back(_: ToolContext, __: Pay, ___: Any) -> None:
    return None


def tool(name: str, access: Access = Access.WRITE, tier: Tier = Tier.LOW, **more: Any) -> Tool[Pay]:
    return Tool(
        name=name,
        title=name.capitalize(),
        target="Ledger",
        access=access,
        args=Pay,
        run=_nothing,
        question=lambda args: f"{name.capitalize()} {args.amount} on invoice {args.invoice}?",
        verb=lambda args: f"{name.capitalize()} {args.amount}",
        record=lambda args: f"invoice {args.invoice}",
        tier=tier,
        locked=frozenset({"invoice"}),
        **more,
    )


READ = tool("read", Access.READ)
PAY = tool("pay", undo=_take_back)
REFUND = tool("refund", tier=Tier.MEDIUM)
SEND = tool("send", tier=Tier.HIGH)
WIPE = tool("wipe", Access.IRREVERSIBLE, Tier.CRITICAL)
TOOLS = {one.name: one for one in (READ, PAY, REFUND, SEND, WIPE)}


class Note(Record):
    text: str = "hello"


CLERK: AgentSpec[Note, Note] = AgentSpec(
    name="clerk",
    title="Clerk",
    purpose="Pays invoices.",
    version="1",
    owner="finance",
    input=Note,
    output=Note,
    run=_nothing,
    tools=tuple(TOOLS.values()),
    triggers=frozenset({Trigger.COMMAND}),
    evidence=("the invoice",),
    forbidden=("burn",),
)
REGISTRY = Registry([CLERK])


def policy(**rules: Any) -> Policy:
    """Ana owns the clerk, Bo, Fay's group and Ana approve; `rules` change the agent's part."""
    return Policy.model_validate(
        {
            "operators": ["S0OPS"],
            "auditors": ["U0FAY"],
            "agents": {"clerk": {"owner": ["U0ANA"], "approvers": ["U0ANA", "U0BO", "S0LEADS"], **rules}},
        }
    )


POLICY = policy()


@dataclass
class Town:
    """A store with one waiting job after another."""

    store: Store
    clock: FakeClock
    policy: Policy = POLICY

    async def write(self, work: Callable[[Tx], T]) -> T:
        return await self.store.write(work)

    async def read(self, work: Callable[[Tx], T]) -> T:
        return await self.store.read(work)

    async def job(self, requester: Person = CHO, *, status: JobStatus = JobStatus.RUNNING) -> JobRecord:
        """A job that a worker has taken up."""

        def work(tx: Tx) -> JobRecord:
            done = operations.submit(
                tx, CLERK, Note(), requester=requester.id, source=Source(channel=CHANNEL, ts="1700000000.000100")
            )
            if status is not JobStatus.QUEUED:
                jobs.move(tx, done.job_id, JobStatus.RUNNING)
            return jobs.get(tx, done.job_id)

        return await self.write(work)

    async def ask(
        self,
        name: str = "pay",
        *,
        requester: Person = CHO,
        kind: EscalationKind = EscalationKind.APPROVE,
        args: Mapping[str, Any] | None = None,
        stop: StopReason | None = None,
        choices: tuple[str, ...] = (),
        case_type: str = "small",
        record_version: str | None = "7",
    ) -> EscalationRecord:
        """A question about one call, with its job waiting for the answer."""
        job = await self.job(requester)
        called = TOOLS[name]
        checked = Pay.model_validate(args or {"invoice": 482, "amount": "20"})

        def work(tx: Tx) -> EscalationRecord:
            opened = operations.escalate(
                tx,
                job,
                self.policy.of("clerk"),
                kind=kind,
                name=name,
                question=called.question(checked),
                verb=called.verb(checked),
                because="This kind of case is reviewed.",
                tool=None if choices else name,
                args=None if choices else checked.model_dump(mode="json"),
                record=f"invoice {checked.invoice}",
                record_version=record_version,
                tier=called.tier,
                stop=stop,
                choices=choices,
                case_type=case_type,
            )
            if kind is not EscalationKind.SHADOW:
                jobs.move(tx, job.id, JobStatus.WAITING, wait_kind=WaitKind.PERSON, wait_for=f"escalation:{opened.id}")
            return opened

        return await self.write(work)

    async def answer(
        self, asked: EscalationRecord, by: Person = BO, verdict: Verdict = Verdict.APPROVED, **more: Any
    ) -> Decided:
        voters = more.pop("voters", None)
        given = Answer(**{"verdict": verdict, "version": asked.version, "door": "test", **more})
        return await self.write(
            lambda tx: operations.decide(tx, self.policy, asked.id, by, given, registry=REGISTRY, voters=voters)
        )

    async def question(self, number: EscalationId) -> EscalationRecord:
        return await self.read(lambda tx: escalations.get(tx, number))

    async def job_of(self, asked: EscalationRecord) -> JobRecord:
        return await self.read(lambda tx: jobs.get(tx, asked.job_id))

    async def events(self, job_id: JobId | None = None) -> list[str]:
        return [row.event for row in await self.read(lambda tx: trail.rows(tx, job_id=job_id))]

    async def messages(self, view: str) -> list[OutboxRecord]:
        """Every message of that view that was queued, oldest first."""
        statement = outbox.select().where(outbox.c.view == view).order_by(outbox.c.id)
        return await self.read(lambda tx: [outbox_from(row) for row in tx.execute(statement)])

    async def last(self, event: str) -> Mapping[str, Any]:
        """The data of the newest line with that event."""
        rows = await self.read(trail.rows)
        return next(row.data for row in reversed(rows) if row.event == event)


@asynccontextmanager
async def town(url: str, rules: Policy = POLICY) -> AsyncIterator[Town]:
    clock = FakeClock()
    store = await open_store(url, clock)
    try:
        yield Town(store, clock, rules)
    finally:
        await store.close()


@dataclass
class Crowd:
    """The directory: who is what right now."""

    people: dict[PersonId, Person]

    async def person(self, key: PersonId, *, fresh: bool = False) -> Person:
        return self.people.get(key, Person(id=key, kind=PersonKind.UNKNOWN, groups=None))

    def change(self, one: Person, **values: Any) -> None:
        self.people[one.id] = replace(one, **values)
