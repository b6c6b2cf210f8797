"""A store, an engine and a few hands to work them with, in one process."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from agents.core.clock import Clock
from agents.core.contract import AgentSpec, Mode, Registry
from agents.core.ids import JobId, PersonId, person_id
from agents.core.job import Source
from agents.core.people import Person, PersonKind
from agents.core.policy import AgentPolicy, People, Policy
from agents.core.policy.sections import AutonomyPolicy
from agents.core.records import EffectRecord, EscalationRecord, EscalationState, JobRecord, Verdict
from agents.core.status import FINISHED, JobStatus
from bot.engine import Engine, Limits
from bot.engine.context import World
from handlers import operations
from handlers.operations import Answer
from storage import escalations, jobs, journal
from storage.store import Store, Tx
from storage.tables import audit
from tests.engine.toys import Note, Shop
from tests.until import until

ANA = person_id("T0", "UANA")
BO = person_id("T0", "UBO")


@dataclass
class Crowd:
    """The people there are, as Slack would tell. `gone` are no longer members."""

    gone: set[PersonId] = field(default_factory=set)
    unknown: set[PersonId] = field(default_factory=set)

    async def person(self, person: PersonId, *, fresh: bool = False) -> Person:
        kind = PersonKind.DEACTIVATED if person in self.gone else PersonKind.MEMBER
        return Person(id=person, kind=PersonKind.UNKNOWN if person in self.unknown else kind)


@dataclass
class Rig:
    """One engine over one store."""

    store: Store
    engine: Engine
    registry: Registry
    shop: Shop
    crowd: Crowd
    policy: Policy
    clock: Clock

    @property
    def operator(self) -> Person:
        """Somebody who may steer everything."""
        return Person(id=BO, kind=PersonKind.MEMBER)

    @asynccontextmanager
    async def stopped(self) -> AsyncIterator[None]:
        """Within the block nothing runs."""
        await self.store.write(lambda tx: operations.stop_all(tx, self.policy, self.operator))
        yield
        await self.store.write(lambda tx: operations.resume_all(tx, self.policy, self.operator))

    async def submit(self, agent: str = "toy", text: str = "hello", **values: Any) -> JobId:
        spec = self.registry.get(agent)
        given = {"requester": ANA, "source": Source(kind="test"), **values}
        done = await self.store.write(lambda tx: operations.submit(tx, spec, Note(text=text), **given))
        return done.job_id

    async def job(self, job_id: JobId) -> JobRecord:
        return await self.store.read(lambda tx: jobs.get(tx, job_id))

    async def reach(self, job_id: JobId, *statuses: JobStatus, seconds: float = 30.0) -> JobRecord:
        """Waits until the job is in one of these states (finished, by default)."""
        wanted = statuses or tuple(FINISHED)

        async def there() -> JobRecord | None:
            job = await self.job(job_id)
            return job if job.status in wanted else None

        try:
            return await until(there, seconds=seconds, what=f"J{job_id} to be {wanted}")
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {await self.job(job_id)}") from None

    async def question(self, job_id: JobId) -> EscalationRecord:
        """The open question of a waiting job."""
        await self.reach(job_id, JobStatus.WAITING)
        asked = await self.store.read(lambda tx: escalations.of_job(tx, job_id))
        return next(one for one in reversed(asked) if one.state is EscalationState.PENDING)

    async def questions(self, job_id: JobId) -> list[EscalationRecord]:
        return await self.store.read(lambda tx: escalations.of_job(tx, job_id))

    async def answer(
        self, asked: EscalationRecord, verdict: Verdict = Verdict.APPROVED, *, by: PersonId = BO, **values: Any
    ) -> None:
        person = await self.crowd.person(by)
        answer = Answer(verdict=verdict, version=asked.version, door="test", **values)
        await self.store.write(
            lambda tx: operations.decide(tx, self.policy, asked.id, person, answer, registry=self.registry)
        )

    async def effects(self, job_id: JobId) -> list[EffectRecord]:
        return list((await self.store.read(lambda tx: journal.effects_of(tx, job_id))).values())

    async def events(self, job_id: JobId) -> list[str]:
        return await self.store.read(
            lambda tx: [row.event for row in tx.execute(audit.select().order_by(audit.c.seq)) if row.job_id == job_id]
        )


def policy_for(agents: Iterable[AgentSpec[Any, Any]], **values: Any) -> Policy:
    """Bo approves everything; nothing is sampled at random."""
    people = People(users=frozenset({"UBO"}))
    rules = AgentPolicy(
        **{"approvers": people, "owner": people, "autonomy": AutonomyPolicy(sample=0.01, target=0.9), **values}
    )
    return Policy(operators=people, agents={agent.name: rules for agent in agents})


@asynccontextmanager
async def rig(
    store: Store,
    *agents: AgentSpec[Any, Any],
    limits: Limits | None = None,
    policy: Policy | None = None,
    shop: Shop | None = None,
    ports: Mapping[type, object] | None = None,
    start: bool = True,
) -> AsyncIterator[Rig]:
    """An engine that runs these agents on this store until the end of the block."""
    registry, shop, crowd = Registry(agents), shop or Shop(), Crowd()
    policy = policy or policy_for(agents)
    world = World(
        store=store,
        registry=registry,
        policy=lambda: policy,
        people=crowd,
        clock=store.clock,
        luck=lambda: 0.0,
        ports={Shop: shop, **(ports or {})},
    )
    engine = Engine(world, limits or Limits(poll=0.2, sweep=0.1, beat=0.2))
    if start:
        await engine.start()
    try:
        yield Rig(store, engine, registry, shop, crowd, policy, store.clock)
    finally:
        await engine.drain(0)
        await engine.stop()
        await asyncio.sleep(0)


__all__ = ["ANA", "BO", "Crowd", "Mode", "Rig", "Tx", "policy_for", "rig"]
