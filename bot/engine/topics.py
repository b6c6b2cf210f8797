"""What the engine asks people about a job: that it failed in a way that people must judge, is late, used up its budget, or
that its agent's code changed while it waited. Each question is an escalation whose name begins with its topic."""

from enum import StrEnum

from agents.core.records import EscalationRecord, EscalationState
from bot.engine.context import Run


class Topic(StrEnum):
    FAILURE = "failure"
    BUDGET = "budget"
    LATE = "late"
    VERSION = "version"


START_OVER = "Start over"


def go_on_words(topic: Topic) -> str:
    """The answer with which a job runs on."""
    return {
        Topic.FAILURE: "Run it again",
        Topic.BUDGET: "Allow as much again",
        Topic.LATE: "Run it anyway",
        Topic.VERSION: "Go on",
    }[topic]


def topic_of(name: str) -> Topic | None:
    """The topic of an escalation by its name; None for those that the agent asked."""
    head, _, number = name.partition(" ")
    return Topic(head) if number.isdigit() and head in list(Topic) else None


def latest(run: Run) -> EscalationRecord | None:
    """The newest question of the engine about this job."""
    own = [one for name, one in run.journal.escalations.items() if topic_of(name) is not None]
    return max(own, key=lambda one: one.id, default=None)


def answers(run: Run, topic: Topic) -> list[EscalationRecord]:
    """Every answered question about this topic, oldest first."""
    found = [one for name, one in run.journal.escalations.items() if topic_of(name) is topic]
    return sorted((one for one in found if one.state is EscalationState.DECIDED), key=lambda one: one.id)


def says_end(asked: EscalationRecord) -> bool:
    """Whether the answer, or its absence, ends the job."""
    topic = topic_of(asked.name)
    return topic is not None and asked.answer not in (go_on_words(topic), START_OVER)
