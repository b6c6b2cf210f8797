"""A delivery of another system: signed, taken once, and a job for the agent that the policy names for it."""

from collections.abc import Callable, Mapping
from typing import Any

from agents.core.contract import AgentSpec, Trigger
from agents.core.errors import Misconfigured, NotFound
from agents.core.job import Source
from agents.core.people import webhook_id
from agents.core.webhooks import check_signature, pick, read_body
from handlers import operations
from handlers.deps import Deps
from handlers.operations import Submitted


async def receive(
    deps: Deps, name: str, headers: Mapping[str, str], body: bytes, *, secret: Callable[[str], str]
) -> Submitted:
    """Queues the job that a delivery asks for; a repeated delivery finds the job of the first. `headers` by names in small
    letters; `secret` reads one by its reference.

    Raises `NotFound` for a name that the policy does not know, `NotAllowed` for a bad signature, `InvalidInput` for a body
    that the agent cannot use, `Misconfigured` when our side is not set up, `Transient` when it is to be sent again.
    """
    policy = deps.policy()
    rules = policy.webhooks.get(name)
    if rules is None:
        raise NotFound(f"There is no webhook named {name} here.")
    secrets = [secret(reference) for reference in rules.secret]
    delivery = check_signature(rules.scheme, headers, body, secrets, now=deps.clock.now())
    agent = _startable(deps, rules.agent)
    input = pick(read_body(body), rules.input)
    return await deps.store.write(
        lambda tx: operations.submit(
            tx,
            agent,
            input,
            requester=webhook_id(name),
            source=Source(kind="webhook", channel=rules.channel),
            dedup_key=f"webhook:{name}:{delivery}",
        )
    )


def _startable(deps: Deps, name: str) -> AgentSpec[Any, Any]:
    try:
        agent = deps.registry.get(name)
    except NotFound as error:
        raise Misconfigured(str(error)) from error
    if Trigger.WEBHOOK not in agent.triggers:
        raise Misconfigured(f"{agent.title} is not started by webhooks.")
    return agent
