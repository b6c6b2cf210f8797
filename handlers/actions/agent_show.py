"""Shows how one agent is doing, in a dialog."""

from handlers.actions.press import Press
from handlers.blocks.agents import agent_dialog
from handlers.numbers import agent_record


async def handle_agent_show(press: Press) -> None:
    """Mode and record of each case type, and what the agent may do."""
    agent = press.deps.registry.get(press.value)
    policy = press.deps.policy()
    record = await press.deps.store.read(lambda tx: agent_record(tx, policy, agent))
    await press.open(agent_dialog(record))
    await press.write(lambda _: None)
