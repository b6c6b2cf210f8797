"""`/ops schedule`: agents that run by the clock."""

from agents.core.errors import InvalidInput
from handlers import operations
from handlers.blocks import text as t
from handlers.blocks.schedules import added_schedule
from handlers.commands.call import Call, Subcommand
from handlers.commands.digest import ALIASES, VERBS, change, show, unknown_verb
from handlers.commands.times import spec_of
from handlers.commands.words import unescaped
from handlers.operations.schedules import RUN
from handlers.replies import Reply
from storage.store import Tx


async def run(call: Call) -> Reply:
    """The word after `schedule` says what to do."""
    word = call.words.first.lower()
    verb = ALIASES.get(word, word) or "list"
    rest = call.with_words(call.words.after_first())
    match verb:
        case "add":
            return await add(rest)
        case "list":
            return await show(rest, RUN)
        case "run" | "pause" | "resume" | "remove":
            return await change(rest, verb, "schedule")
        case _:
            raise InvalidInput(unknown_verb(word, "schedules", [verb for verb in VERBS if verb != "preview"]))


async def add(call: Call) -> Reply:
    """`triage weekdays 08:00 "what to say to it"`: the quoted part, or `text=`, is what the agent is given."""
    if len(call.words.plain) < 2:
        raise InvalidInput(
            'Which agent, and when? For example: `/ops schedule add triage mon 08:00 text="the open tickets"`'
        )
    agent, *words = call.words.plain
    text = call.words.named.get("text", "")
    if not text and " " in words[-1]:
        text, words = words[-1], words[:-1]
    zone = next((word for word in words if "/" in word and word[:1].isalpha()), "")
    spec = spec_of([word for word in words if word != zone])

    def work(tx: Tx) -> Reply:
        made = operations.add_run(
            tx,
            call.deps.registry,
            call.actor,
            agent=agent.lower(),
            text=unescaped(text),
            spec=spec,
            channel=call.channel or None,
            timezone=zone,
        )
        return Reply(
            text=t.mrkdwn("{} is scheduled: D{}.", made.name, str(made.id)), blocks=added_schedule(made, tx.now)
        )

    return await call.write(work)


SUBCOMMAND = Subcommand(
    name="schedule",
    usage="add | list | run | pause | resume | remove",
    does="Runs an agent by the clock.",
    examples=(
        '/ops schedule add triage weekdays 08:00 text="the open tickets"',
        "/ops schedule list",
        "/ops schedule remove D4",
    ),
    run=run,
    aliases=("schedules", "cron"),
)
