"""Several attempts at one task, and an independent check that chooses: built from what every job can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from agents.core.contract import Record
from agents.core.errors import InvalidInput, LowConfidence
from agents.core.ids import JobId
from agents.core.job import Job

MOST_ATTEMPTS = 8


class Candidates(Record):
    """The input of an agent that checks attempts. It sees the task and the answers, and neither who gave them nor how."""

    task: dict[str, Any]
    answers: tuple[Any, ...]


class Choice(Record):
    """The output of an agent that checks attempts: the place of the best answer, or None when none is good enough."""

    winner: int | None
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class Best:
    """The answer that won, as JSON, whose attempt it was, and why."""

    answer: Any
    attempt: JobId
    because: str
    attempts: tuple[JobId, ...]


async def best_of(job: Job, agent: str, input: BaseModel, *, n: int, check: str, name: str) -> Best:
    """Lets `n` jobs of an agent try the same task side by side, and lets another agent choose the best answer.

    The check is a job of its own with an input of type `Candidates`. Raises `LowConfidence` when no attempt succeeded or
    the check finds none good enough, so that people decide.
    """
    if not 2 <= n <= MOST_ATTEMPTS:
        raise InvalidInput(f"Best of {n} makes no sense: 2 to {MOST_ATTEMPTS} attempts.")
    if check == agent:
        raise InvalidInput(f"{agent} cannot check its own answers: name another agent.")
    attempts = [await job.spawn(agent, input, name=f"{name} {number}") for number in range(1, n + 1)]
    outputs = await job.gather(*attempts)
    answered = [(attempt, output) for attempt, output in zip(attempts, outputs, strict=True) if output is not None]
    if not answered:
        raise LowConfidence(f"None of the {n} attempts at “{name}” succeeded.")
    question = Candidates(task=input.model_dump(mode="json"), answers=tuple(output for _, output in answered))
    checker = await job.spawn(check, question, name=f"{name} check")
    (verdict,) = await job.gather(checker)
    return _chosen(verdict, answered, attempts, name)


def _chosen(verdict: Any, answered: Sequence[tuple[JobId, Any]], attempts: Sequence[JobId], name: str) -> Best:
    choice = Choice.model_validate(verdict) if verdict is not None else Choice(winner=None, because="the check failed")
    if choice.winner is None or not 0 <= choice.winner < len(answered):
        raise LowConfidence(f"No answer to “{name}” is good enough: {choice.because or 'no reason was given'}.")
    attempt, answer = answered[choice.winner]
    return Best(answer=answer, attempt=attempt, because=choice.because, attempts=tuple(attempts))
