"""`/ops run triage TEXT`: start an agent."""

from agents.core.job import Source
from handlers.blocks import text as t
from handlers.commands.call import Call, Subcommand, says
from handlers.commands.opening import open_form, open_picker
from handlers.commands.words import unescaped
from handlers.replies import Reply
from handlers.starting import input_from, start
from storage.store import Tx


async def run(call: Call) -> Reply:
    """With text or key=value it starts at once; with less it opens a form where Slack allows one."""
    if not call.words.plain:
        return await open_picker(call)
    agent = call.deps.registry.get(call.words.first.lower())
    given = call.words.after_first()
    if not given.rest and call.trigger_id and any(info.is_required() for info in agent.input.model_fields.values()):
        return await open_form(call, agent)
    input = input_from(agent, unescaped(given.rest), {name: unescaped(value) for name, value in given.named.items()})
    source = Source(kind=call.door, channel=call.channel or None, ts=call.ts, thread_ts=call.thread_ts)

    def work(tx: Tx) -> Reply:
        made = start(tx, call.deps, agent, input, call.actor, source, dedup_key=f"envelope:{call.delivery.id}")
        return says(
            "{} started: J{}. {}",
            agent.title,
            str(made.job_id),
            t.mrkdwn("`/ops job J{}` shows how it goes.", str(made.job_id)),
        )

    return await call.write(work)


SUBCOMMAND = Subcommand(
    name="run",
    usage="[AGENT] [TEXT | key=value]",
    does="Starts an agent. With nothing after it you choose from a list.",
    examples=("/ops run", "/ops run triage I was charged twice for order 1042", '/ops run digest channel="#ops"'),
    run=run,
    aliases=("start", "do"),
    more="Text in quotes stays together; `key=value` sets one field. An agent's name alone opens its form. For example:",
)
