"""Start a job."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from agents.core.contract import AgentSpec
from agents.core.errors import InvalidInput
from agents.core.ids import JobId, PersonId
from agents.core.job import Source
from agents.core.records import JobRecord
from handlers.operations.asker import room_of, say_in
from storage import jobs
from storage.store import Tx


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """The job, and whether this call made it: a known dedup key gives the job that has it already."""

    job_id: JobId
    is_new: bool


def submit(
    tx: Tx,
    agent: AgentSpec[Any, Any],
    input: BaseModel | dict[str, Any],
    *,
    requester: PersonId,
    source: Source,
    dedup_key: str | None = None,
    priority: int | None = None,
    parent_id: JobId | None = None,
    lineage_of: JobId | None = None,
) -> Submitted:
    """Queues a job for an agent. Raises `InvalidInput` naming each field that does not fit the agent's input."""
    checked = read_input(agent, input)
    job_id, is_new = jobs.add(
        tx,
        agent=agent.name,
        agent_version=agent.version,
        lane=agent.lane,
        priority=agent.priority if priority is None else priority,
        deadline_at=tx.now + agent.deadline.total_seconds(),
        summary=agent.summary(checked) if agent.summary else agent.title,
        input=checked.model_dump(mode="json"),
        requester=requester,
        source=source,
        dedup_key=dedup_key,
        parent_id=parent_id,
        lineage_of=lineage_of,
    )
    if is_new:
        tx.audit(
            "job.submitted", actor=requester, job_id=job_id, agent=agent.name, version=agent.version, door=source.kind
        )
        tx.wake("worker")
    return Submitted(job_id=job_id, is_new=is_new)


def read_input(agent: AgentSpec[Any, Any], input: BaseModel | dict[str, Any]) -> BaseModel:
    """The typed input of an agent. Raises `InvalidInput` in words."""
    if isinstance(input, BaseModel) and isinstance(input, agent.input):
        return input
    try:
        checked: BaseModel = agent.input.model_validate(input if isinstance(input, dict) else input.model_dump())
        return checked
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'input'}: {e['msg']}" for e in error.errors())
        raise InvalidInput(f"{agent.title} cannot use this input: {problems}.") from error


def say_in_thread(tx: Tx, job: JobRecord, view: str, **params: Any) -> None:
    """Queues a message where the job was asked for, when somebody is there to read it."""
    room = room_of(job)
    if room is not None:
        say_in(tx, room, view, about=f"job:{job.id}", job_id=job.id, **params)
