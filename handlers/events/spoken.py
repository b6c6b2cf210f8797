"""What somebody said to the bot in words: a command, or work for the agent that reads free text here."""

from typing import Any

from agents.core.contract import AgentSpec, Trigger
from agents.core.errors import CalmopsError
from agents.core.job import Source
from handlers.commands.call import Call, says
from handlers.commands.help import find, overview
from handlers.commands.router import answer, refused
from handlers.commands.table import SUBCOMMANDS
from handlers.commands.words import unescaped
from handlers.deciding import heard
from handlers.events.stopping import candidates, is_stop, stop
from handlers.events.watched import watchers
from handlers.replies import Reply
from handlers.starting import input_from, start
from storage.store import Tx


async def answer_spoken(call: Call) -> Reply:
    """A first word that `/ops` knows is a command. Else the agent of this channel, or the only one that reads free text,
    gets the whole sentence; with several, the person is asked to say which."""
    if is_stop(call.words.rest):
        return await stop_spoken(call)
    if not call.words.rest or find(SUBCOMMANDS, call.words.first.lower()):
        return await answer(call)
    agent = listener_for(call)
    if agent is None:
        return await call.say(overview(SUBCOMMANDS, unknown=call.words.first))
    try:
        return await hand_to(agent, call)
    except CalmopsError as error:
        return await refused(call, "say", error)


async def stop_spoken(call: Call) -> Reply:
    """Stops what runs in this thread; where there is no thread, what this person started here."""
    hearing = await heard(call.deps, call.actor)
    said_at = float(call.ts or 0) or call.deps.clock.now()

    def work(tx: Tx) -> Reply:
        person = hearing.person
        found = candidates(tx, person, channel=call.channel, thread_ts=call.thread_ts, said_at=said_at)
        return stop(tx, call.deps, person, found)

    return await call.write(work)


def listener_for(call: Call) -> AgentSpec[Any, Any] | None:
    """The agent that takes free text here."""
    here = watchers(call.deps, call.channel)
    able = [agent for agent in call.deps.registry.all() if agent.from_text and Trigger.MESSAGE in agent.triggers]
    candidates = here or able
    return candidates[0] if len(candidates) == 1 else None


async def hand_to(agent: AgentSpec[Any, Any], call: Call) -> Reply:
    """Starts the agent with what was said."""
    input = input_from(agent, unescaped(call.words.rest), {})
    source = Source(kind=call.door, channel=call.channel, ts=call.ts, thread_ts=call.thread_ts)

    def work(tx: Tx) -> Reply:
        key = f"message:{agent.name}:{call.channel}:{call.ts}"
        made = start(tx, call.deps, agent, input, call.actor, source, dedup_key=key)
        return says("{} started: J{}.", agent.title, str(made.job_id))

    return await call.write(work)
