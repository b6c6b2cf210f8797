"""A menu of actions behind three dots: each choice names the action and what it is about."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from agents.core.errors import InvalidInput
from handlers.actions.agent_pause import handle_agent_pause, handle_agent_resume
from handlers.actions.agent_pick import handle_agent_pick
from handlers.actions.agent_show import handle_agent_show
from handlers.actions.job_show import handle_job_show
from handlers.actions.job_stop import handle_job_stop
from handlers.actions.press import Press
from handlers.ids import Action

CHOICES: Mapping[str, Callable[[Press], Awaitable[None]]] = {
    Action.JOB_SHOW: handle_job_show,
    Action.JOB_STOP: handle_job_stop,
    Action.AGENT_SHOW: handle_agent_show,
    Action.AGENT_PICK: handle_agent_pick,
    Action.AGENT_PAUSE: handle_agent_pause,
    Action.AGENT_RESUME: handle_agent_resume,
}


async def handle_menu(press: Press) -> None:
    """Does what was chosen, as if it had been a button of its own."""
    action, _, value = press.value.partition("/")
    if action not in CHOICES:
        raise InvalidInput("I do not know this choice. Please open Home again.")
    await CHOICES[action](replace(press, action=action, value=value))
