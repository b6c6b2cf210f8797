"""Before a result counts: the checks of the contract, and the agent that judges it where one is named."""

from typing import Any

from pydantic import BaseModel

from agents.core.attempts import Candidates, Choice
from agents.core.contract import AgentSpec
from agents.core.errors import LowConfidence
from agents.core.job import Job

JUDGING = "acceptance"
"""The name of the child job that judges."""


async def accept(job: Job, agent: AgentSpec[Any, Any], given: BaseModel, made: BaseModel) -> None:
    """Returns when the result may count. Raises `LowConfidence`, so that people decide, with the check that it breaks or with
    what the judging agent said; that agent is a job of its own, which parks this one."""
    for check in agent.checks:
        if check.holds is not None and not check.holds(given, made):
            raise LowConfidence(f"Its result breaks what its contract says: {check.says}.")
    if agent.judge is None:
        return
    question = Candidates(task=given.model_dump(mode="json"), answers=(made.model_dump(mode="json"),))
    judging = await job.spawn(agent.judge, question, name=JUDGING)
    (verdict,) = await job.gather(judging)
    choice = Choice.model_validate(verdict) if verdict is not None else Choice(winner=None, because="it failed itself")
    if choice.winner != 0:
        raise LowConfidence(f"{agent.judge} does not accept its result: {choice.because or 'no reason was given'}.")
