"""Pause or resume an agent from Home."""

from handlers import operations
from handlers.actions.press import Press
from handlers.deciding import heard


async def handle_agent_pause(press: Press) -> None:
    """Starts none of its jobs any more."""
    agent = press.deps.registry.get(press.value).name
    hearing = await heard(press.deps, press.actor)
    await press.write(lambda tx: operations.pause(tx, press.deps.policy(), agent, hearing.person))


async def handle_agent_resume(press: Press) -> None:
    """Lets its jobs start again."""
    agent = press.deps.registry.get(press.value).name
    hearing = await heard(press.deps, press.actor)
    await press.write(lambda tx: operations.resume(tx, press.deps.policy(), agent, hearing.person))
