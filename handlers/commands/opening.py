"""Dialogs that `/ops run` opens: a list of agents, or one agent's form."""

from typing import Any

from agents.core.contract import AgentSpec
from agents.core.errors import InvalidInput
from agents.core.policy import check_runner
from handlers.blocks.elements import Block
from handlers.blocks.work_dialogs import pick_dialog, run_dialog
from handlers.commands.call import Call, says
from handlers.ids import Held
from handlers.replies import Reply
from handlers.showing import show_dialog
from handlers.starting import example_of, startable


async def open_picker(call: Call) -> Reply:
    """The agents this person may start. Raises `InvalidInput` that lists them where no dialog can be opened."""
    agents = startable(call.deps, call.actor)
    if call.trigger_id:
        rows = [(agent.name, agent.title, agent.purpose) for agent in agents]
        held = Held(channel=call.channel, thread_ts=call.thread_ts or "")
        if await opened(call, pick_dialog(rows, held)):
            return await call.say(says("Choose an agent in the dialog."))
    names = ", ".join(agent.name for agent in agents) or "none"
    raise InvalidInput(
        f"Which agent? You can start: {names}. For example: `/ops run {agents[0].name if agents else 'NAME'} …`"
    )


async def open_form(call: Call, agent: AgentSpec[Any, Any]) -> Reply:
    """One agent's input as a form."""
    check_runner(call.actor, call.deps.policy().of(agent.name))
    held = Held(name=agent.name, channel=call.channel, thread_ts=call.thread_ts or "")
    if await opened(call, run_dialog(agent.title, agent.purpose, agent.input, {}, held)):
        return await call.say(says("Fill in the dialog to start {}.", agent.title))
    raise InvalidInput(f"{agent.title} needs input. For example: `/ops run {agent.name} {example_of(agent)}`")


async def opened(call: Call, view: Block) -> bool:
    """Opens a dialog. False when Slack's permission to open one had run out."""
    return await show_dialog(call.client.views_open, view, trigger_id=call.trigger_id) is not None
