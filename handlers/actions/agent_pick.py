"""An agent chosen from a list: its form, or an immediate start when it needs nothing."""

from agents.core.policy import check_runner
from handlers.actions.press import Press
from handlers.blocks.dialogs import run_dialog
from handlers.ids import Held, read_held


async def handle_agent_pick(press: Press) -> None:
    """Opens the form of the agent. A dialog that is open already is replaced by it."""
    agent = press.deps.registry.get(press.value)
    check_runner(press.actor, press.deps.policy().of(agent.name))
    before = read_held(str((press.view or {}).get("private_metadata", "")))
    held = Held(name=agent.name, channel=before.channel or press.channel or "", thread_ts=before.thread_ts)
    view = run_dialog(agent.title, agent.purpose, agent.input, {}, held)
    if press.view and press.view.get("type") == "modal":
        await press.update_view(view)
    else:
        await press.open(view)
    await press.write(lambda _: None)
