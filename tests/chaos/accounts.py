"""Sets the target's ledger against the bot's journal."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from agents.core.clock import SystemClock
from agents.core.ids import JobId
from agents.core.job import Source
from agents.core.people import Person, PersonKind
from agents.core.records import EscalationKind, EscalationRecord, JobRecord, Verdict
from agents.core.status import FINISHED, JobStatus
from handlers import operations
from handlers.operations import Answer
from storage import escalations, jobs
from storage.open import open_store
from storage.store import Store, Tx
from storage.tables import audit
from storage.tables import jobs as jobs_table
from tests.chaos.target import Target
from tests.chaos.victim import Push, data_url, registry
from tests.engine.rig import ANA, BO, policy_for

OPEN = [status for status in JobStatus if status not in FINISHED]
BO_HIMSELF = Person(id=BO, kind=PersonKind.MEMBER)


@dataclass
class Accounts:
    """The bot's database, read and answered from outside the workers."""

    store: Store
    target: Target

    @classmethod
    async def open(cls, folder: Path, target: Target) -> "Accounts":
        return cls(await open_store(data_url(folder), SystemClock()), target)

    async def submit(self, agent: str, number: int) -> list[JobId]:
        """Queues jobs, each with one thing of its own to do."""
        agents = registry()

        def put(tx: Tx, what: str) -> JobId:
            return operations.submit(tx, agents.get(agent), Push(what=what), requester=ANA, source=Source()).job_id

        return [await self.store.write(lambda tx, n=n: put(tx, f"{agent}-{n}")) for n in range(number)]

    async def all_jobs(self) -> list[JobRecord]:
        return await self.store.read(lambda tx: jobs.recent(tx, limit=100_000))

    async def open_jobs(self) -> list[JobRecord]:
        return await self.store.read(lambda tx: jobs.recent(tx, statuses=OPEN, limit=100_000))

    async def questions(self, kind: EscalationKind) -> list[EscalationRecord]:
        """The open cards of one kind."""
        pending = await self.store.read(lambda tx: escalations.pending(tx, limit=100_000))
        return [card for card in pending if card.kind is kind]

    async def answer_all(self) -> None:
        """Approves what is asked for, and answers what nobody knows as somebody who looked at the target."""
        for card in await self.questions(EscalationKind.APPROVE):
            await self._answer(card, Verdict.APPROVED)
        for card in await self.questions(EscalationKind.EFFECT):
            happened = self.target.performed()[str(card.args["what"])] > 0
            await self._answer(card, Verdict.CHOSEN, choice=card.choices[0] if happened else card.choices[1])

    async def _answer(self, card: EscalationRecord, verdict: Verdict, choice: str | None = None) -> None:
        answer = Answer(verdict=verdict, version=card.version, door="test", choice=choice)
        agents = registry()
        policy = policy_for(agents.all())
        await self.store.write(lambda tx: operations.decide(tx, policy, card.id, BO_HIMSELF, answer, registry=agents))

    async def work_off_dead_letters(self) -> int:
        """Puts dead letters back, as a person would. Returns how many there were."""
        policy = policy_for(registry().all())
        dead = await self.store.read(lambda tx: jobs.recent(tx, statuses=[JobStatus.DEAD], limit=100_000))
        for job in dead:
            await self.store.write(lambda tx, job=job: operations.retry(tx, policy, job.id, BO_HIMSELF))
        return len(dead)

    async def statuses(self) -> Counter[str]:
        return Counter(str(job.status) for job in await self.all_jobs())

    async def written(self, event: str) -> Counter[int]:
        """How often each job has this line in the audit."""
        statement = select(audit.c.job_id, func.count()).where(audit.c.event == event).group_by(audit.c.job_id)
        return Counter({row[0]: row[1] for row in await self.store.read(lambda tx: tx.execute(statement).all())})

    async def stories(self) -> list[str]:
        """Every audit line of the jobs that are still open."""
        mine = [job.id for job in await self.open_jobs()]
        rows = await self.store.read(
            lambda tx: tx.execute(select(audit).where(audit.c.job_id.in_(mine)).order_by(audit.c.seq)).all()
        )
        return [f"{row.at:.3f} J{row.job_id} {row.event} {row.actor} {row.data}" for row in rows]

    async def count(self) -> int:
        statement = select(func.count()).select_from(jobs_table)
        return int(await self.store.read(lambda tx: tx.execute(statement).scalar_one()))

    def doubled(self) -> dict[str, int]:
        """What the target did more than once: must be nothing."""
        return {what: times for what, times in self.target.performed().items() if times > 1}
