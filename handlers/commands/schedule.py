"""`/ops schedule`: agents that run by the clock."""

from collections.abc import Mapping, Sequence

from agents.core.amend import Wanted
from agents.core.errors import InvalidInput
from handlers import operations
from handlers.blocks import text as t
from handlers.blocks.schedule_dialogs import Form, run_dialog
from handlers.blocks.schedules import added_schedule
from handlers.commands import recurring
from handlers.commands.call import Call, Subcommand, says
from handlers.commands.help import about
from handlers.commands.opening import opened
from handlers.commands.recurring import ALIASES, VERBS
from handlers.commands.times import spec_of, zone_in
from handlers.commands.words import mentioned, unescaped
from handlers.ids import Held
from handlers.operations.schedules import RUN, known
from handlers.replies import Reply
from handlers.starting import schedulable
from storage.store import Tx

OURS = ("text", "zone", "version")
"""What `key=value` says to us; anything else is said to the agent."""


async def run(call: Call) -> Reply:
    """The word after `schedule` says what to do."""
    word = call.words.first.lower()
    verb = ALIASES.get(word, word) or "list"
    rest = call.with_words(call.words.after_first())
    if recurring.asks_for_help(call.words):
        return await call.say(about(SUBCOMMAND))
    match verb:
        case "add":
            return await add(rest)
        case "list":
            return await recurring.show(rest, RUN)
        case "preview":
            return await preview(rest)
        case "edit":
            return await edit(rest)
        case "run" | "pause" | "resume" | "remove":
            return await recurring.change(rest, verb, "schedule")
        case _:
            raise InvalidInput(recurring.unknown_verb(word, "schedules", VERBS))


async def add(call: Call) -> Reply:
    """`triage weekdays 08:00 "what to say to it"`: the quoted part, or `text=`, is what the agent is given. With nothing a
    form opens."""
    agents = schedulable(call.deps, call.actor)
    if not call.words.plain and call.trigger_id and agents:
        form = Form(channel=call.channel, zone=call.actor.timezone)
        if await opened(call, run_dialog(form, agents, Held(channel=call.channel))):
            return await call.say(says("Fill in the dialog to schedule an agent."))
    if len(call.words.plain) < 2:
        raise InvalidInput(
            'Which agent, and when? For example: `/ops schedule add triage mon 08:00 text="the open tickets"`'
        )
    agent, *words = call.words.plain
    said = read_parts(words, call.words.named)
    policy = call.deps.policy()

    def work(tx: Tx) -> Reply:
        made = operations.add_run(
            tx,
            policy,
            call.deps.registry,
            call.actor,
            agent=agent.lower(),
            text=said.text or "",
            spec=said.spec or "",
            channel=said.channel or call.channel or None,
            timezone=said.timezone or "",
        )
        return Reply(
            text=t.mrkdwn("{} is scheduled: D{}.", made.name, str(made.id)),
            blocks=added_schedule(made, tx.now, policy.schedules.holidays, call.actor.timezone),
        )

    return await call.write(work)


async def edit(call: Call) -> Reply:
    """`D3 weekdays 10:00 text="..."`, only what shall change; with the number alone a form opens."""
    if not call.words.plain:
        raise call.needed("schedule", "schedule edit D3")
    number = recurring.read_number(call.words.first)
    wanted = read_parts(call.words.plain[1:], call.words.named)
    if wanted == Wanted() and call.trigger_id:
        one = await call.deps.store.read(lambda tx: known(tx, number))
        if one.kind != RUN:
            raise InvalidInput(f"D{number} is a digest. `/ops digest edit D{number}` changes it.")
        form = Form(
            channel=one.channel or "",
            name=one.name,
            text=str(one.params.get("text", "")),
            when=str(one.spec),
            zone=one.timezone,
        )
        held = Held(channel=call.channel, ref=f"{number}.{one.version}", name=one.name, picked=form.seen)
        if await opened(call, run_dialog(form, schedulable(call.deps, call.actor), held)):
            return await call.say(says("Change it in the dialog."))
    if wanted == Wanted():
        raise InvalidInput(f"What shall change? For example: `/ops schedule edit D{number} weekdays 10:00`")
    return await recurring.amend(call, wanted)


async def preview(call: Call) -> Reply:
    """`D3`, or times that nobody has set up yet."""
    if not call.words.plain:
        raise InvalidInput(
            "Which one, or which times? For example: `/ops schedule preview D3` or `preview weekdays 09:00`"
        )
    if recurring.is_number(call.words.first) and len(call.words.plain) == 1:
        return await recurring.preview_one(call)
    return await recurring.preview_times(call)


def read_parts(words: Sequence[str], named: Mapping[str, str]) -> Wanted:
    """What somebody said of a scheduled run, in any order."""
    zone, others = zone_in(words)
    text = named.get("text")
    if text is None and others and " " in others[-1]:
        text, others = others[-1], others[:-1]
    if text is None:
        text = (
            " ".join(
                f'{key}="{value}"' if " " in value else f"{key}={value}"
                for key, value in named.items()
                if key not in OURS
            )
            or None
        )
    channel = next((found for word in others if (found := mentioned(word, "#"))), None)
    times = [word for word in others if not mentioned(word, "#")]
    return Wanted(
        spec=spec_of(times) if times else None,
        timezone=zone or named.get("zone"),
        channel=channel,
        text=None if text is None else unescaped(text),
    )


SUBCOMMAND = Subcommand(
    name="schedule",
    usage="add | list | preview | edit | run | pause | resume | remove",
    does="Runs an agent by the clock.",
    examples=(
        "/ops schedule add",
        '/ops schedule add triage weekdays 08:00 text="the open tickets"',
        "/ops schedule preview every 2 hours on weekdays",
        "/ops schedule preview D4",
        "/ops schedule edit D4 weekdays 08:30 except holidays",
        "/ops schedule run D4",
        "/ops schedule pause D4",
        "/ops schedule resume D4",
        "/ops schedule remove D4",
    ),
    run=run,
    aliases=("schedules", "cron"),
    more="Times are in your own zone unless you name one. For example:",
)
