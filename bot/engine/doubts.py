"""Questions that the engine itself asks about a job, and how the job waits for the answer."""

from dataclasses import dataclass
from typing import Any

from agents.core.ids import EscalationId
from agents.core.records import EscalationKind
from agents.core.status import WaitKind
from bot.engine.context import Run
from bot.engine.parking import park_in
from bot.engine.topics import START_OVER, Topic, go_on_words, topic_of
from handlers.operations import escalate
from storage.store import Tx


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A question and its answers: with `go_on` the job runs, with `again` it forgets its steps first, with `end` it
    ends, as it does when nobody answers in time."""

    topic: Topic
    question: str
    because: str

    @property
    def choices(self) -> tuple[str, ...]:
        again = (START_OVER,) if self.topic is Topic.VERSION else ()
        end = "Drop it" if self.topic is Topic.LATE else "Stop here"
        return (go_on_words(self.topic), *again, end)


def ask(tx: Tx, run: Run, doubt: Doubt, **values: Any) -> None:
    """Puts the question to people and parks the job, in the caller's transaction. `values` are columns of the job."""
    number = 1 + sum(1 for name in run.journal.escalations if topic_of(name) is doubt.topic)
    opened = escalate(
        tx,
        run.job,
        run.world.policy().of(run.agent.name),
        kind=EscalationKind.CHOOSE,
        name=f"{doubt.topic} {number}",
        question=doubt.question,
        verb="Choose",
        because=doubt.because,
        tier=run.agent.tier,
        choices=doubt.choices,
        case_type=run.job.case_type,
    )
    park_in(tx, run, WaitKind.PERSON, f"escalation:{opened.id}", **values)


def wait_on(tx: Tx, run: Run, question: EscalationId) -> None:
    """The job was woken although people have not answered yet: it waits on."""
    park_in(tx, run, WaitKind.PERSON, f"escalation:{question}")
