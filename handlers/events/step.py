"""A workflow reached our step: run an agent, and let the workflow go on when it is done."""

from typing import Any

from agents.core.errors import CalmopsError
from agents.core.ids import person_id
from agents.core.job import Source
from agents.core.people import SYSTEM
from agents.core.policy import check_runner
from handlers import operations
from handlers.deps import Delivery, Deps
from handlers.operations.progress import STEP
from handlers.starting import input_from
from storage import envelopes
from storage.outbox import Urgency, put
from storage.store import Tx


async def handle_step(event: dict[str, Any], deps: Deps, delivery: Delivery) -> None:
    """The step ends when the job does, also when people take a day to decide. An input that is no good ends it at once."""
    execution = str(event.get("function_execution_id", ""))
    inputs: dict[str, Any] = event.get("inputs") or {}
    person = await deps.people.person(person_id(deps.team, str(inputs.get("user", ""))))

    def work(tx: Tx) -> None:
        agent = deps.registry.get(str(inputs.get("agent", "")).strip().lower())
        check_runner(person, deps.policy().of(agent.name), channel=inputs.get("channel") or None)
        source = Source(kind="workflow", channel=inputs.get("channel") or None)
        input = input_from(agent, str(inputs.get("text") or ""), {})
        operations.submit(tx, agent, input, requester=person.id, source=source, dedup_key=f"{STEP}{execution}")
        envelopes.handled(tx, delivery.id)

    try:
        await deps.store.write(work)
    except CalmopsError as error:
        await fail(str(error), execution, deps, delivery)


async def fail(why: str, execution: str, deps: Deps, delivery: Delivery) -> None:
    """Ends the step with the reason."""

    def note(tx: Tx) -> None:
        tx.audit("step.refused", actor=SYSTEM, execution=execution, why=why)
        put(
            tx,
            "function",
            "step_refused",
            stream=f"function:{execution}",
            urgency=Urgency.ANSWER,
            execution=execution,
            why=why,
        )
        envelopes.handled(tx, delivery.id)

    await deps.store.write(note)
