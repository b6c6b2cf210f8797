"""An agent chosen from a list: its form, or an immediate start when it needs nothing."""

from agents.core.policy import check_runner
from handlers.actions.press import Press
from handlers.blocks.home import ALL
from handlers.blocks.work_dialogs import pick_dialog, run_dialog
from handlers.ids import Held, read_held
from handlers.starting import startable


async def handle_agent_pick(press: Press) -> None:
    """Opens the form of the agent, or the list of all. A dialog that is open already is replaced by it."""
    if press.value == ALL:
        await open_list(press)
        return
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


async def open_list(press: Press) -> None:
    """The agents that this person may start."""
    agents = startable(press.deps, press.actor)
    await press.open(pick_dialog([(agent.name, agent.title, agent.purpose) for agent in agents], Held()))
    await press.write(lambda _: None)
