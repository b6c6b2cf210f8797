"""`/ops digest`: summaries that come to a channel by themselves."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from agents.core.amend import Wanted
from agents.core.errors import InvalidInput
from agents.core.report import ReportKind, read_kind, usual_period
from handlers import operations
from handlers.blocks import text as t
from handlers.blocks.report import report_message
from handlers.blocks.schedule_dialogs import Form, digest_dialog
from handlers.blocks.schedules import added_schedule
from handlers.commands import recurring
from handlers.commands.call import Call, Subcommand, says
from handlers.commands.help import about
from handlers.commands.opening import opened
from handlers.commands.recurring import ALIASES, VERBS
from handlers.commands.times import spec_of, zone_in
from handlers.commands.words import Words, mentioned
from handlers.ids import Held
from handlers.operations.schedules import DIGEST, known
from handlers.replies import Reply
from handlers.reports import build
from storage.store import Tx


async def run(call: Call) -> Reply:
    """The word after `digest` says what to do."""
    word = call.words.first.lower()
    verb = ALIASES.get(word, word) or "list"
    rest = call.with_words(call.words.after_first())
    if recurring.asks_for_help(call.words):
        return await call.say(about(SUBCOMMAND))
    match verb:
        case "add":
            return await add(rest)
        case "list":
            return await recurring.show(rest, DIGEST)
        case "preview":
            return await preview(rest)
        case "edit":
            return await edit(rest)
        case "run" | "pause" | "resume" | "remove":
            return await recurring.change(rest, verb, "digest")
        case _:
            raise InvalidInput(recurring.unknown_verb(word, "digests", VERBS))


async def add(call: Call) -> Reply:
    """`#ops weekdays 09:00 approvals Europe/Berlin`, in any order; with nothing a form opens."""
    if not call.words.plain and call.trigger_id:
        form = Form(channel=call.channel, name=ReportKind.QUEUE_HEALTH, zone=call.actor.timezone)
        if await opened(call, digest_dialog(form, Held(channel=call.channel))):
            return await call.say(says("Fill in the dialog to set up a digest."))
    said = read_parts(call.words)
    if not said.spec:
        raise InvalidInput("When? For example: `/ops digest add #ops weekdays 09:00`")
    policy = call.deps.policy()

    def work(tx: Tx) -> Reply:
        made = operations.add_digest(
            tx,
            policy,
            call.actor,
            channel=said.channel or call.channel,
            spec=said.spec,
            kind=said.kind or ReportKind.QUEUE_HEALTH,
            timezone=said.zone,
        )
        return Reply(
            text=t.mrkdwn("The digest {} is set up: D{}.", made.name, str(made.id)),
            blocks=added_schedule(made, tx.now, policy.schedules.holidays, call.actor.timezone),
        )

    return await call.write(work)


async def edit(call: Call) -> Reply:
    """`D3 weekdays 10:00 #ops approvals`, only what shall change; with the number alone a form opens."""
    if not call.words.plain:
        raise call.needed("digest", "digest edit D3")
    number = recurring.read_number(call.words.first)
    said = read_parts(call.words.after_first())
    if said == Parts() and call.trigger_id:
        one = await call.deps.store.read(lambda tx: known(tx, number))
        if one.kind != DIGEST:
            raise InvalidInput(
                f"D{number} is no digest: it runs {one.name}. `/ops schedule edit D{number}` changes it."
            )
        form = Form(channel=one.channel or "", name=one.name, when=str(one.spec), zone=one.timezone)
        if await opened(
            call, digest_dialog(form, Held(channel=call.channel, ref=f"{number}.{one.version}", picked=form.seen))
        ):
            return await call.say(says("Change it in the dialog."))
    if said == Parts():
        raise InvalidInput(f"What shall change? For example: `/ops digest edit D{number} weekdays 10:00`")
    wanted = Wanted(
        spec=said.spec or None, timezone=said.zone or None, channel=said.channel or None, name=said.kind or None
    )
    return await recurring.amend(call, wanted)


async def preview(call: Call) -> Reply:
    """`D3`, the name of a digest, or times that nobody has set up yet."""
    word = call.words.first or ReportKind.QUEUE_HEALTH
    if recurring.is_number(word) and len(call.words.plain) == 1:
        return await recurring.preview_one(call)
    if len(call.words.plain) > 1 or ":" in word:
        return await recurring.preview_times(call)
    kind, policy = read_kind(word), call.deps.policy()

    def read(tx: Tx) -> Reply:
        period = usual_period(kind, tx.now)
        text, blocks = report_message(build(tx, kind, period, policy, ZoneInfo(call.actor.timezone)))
        return Reply(text=t.escape(text), blocks=blocks)

    return await call.read(read)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What somebody said of a digest, in any order; "" for what they did not say."""

    channel: str = ""
    kind: str = ""
    zone: str = ""
    spec: str = ""


def read_parts(words: Words) -> Parts:
    """Sorts the words. Raises `InvalidInput` for a channel that Slack did not make a link of."""
    zone, others = zone_in(words.plain)
    channel, kind, times = "", "", []
    for word in others:
        found = mentioned(word, "#")
        if found:
            channel = found
        elif word.startswith("#"):
            raise InvalidInput(
                f"I do not know the channel {word}. Choose it from Slack's list while you type, so that it becomes a link."
            )
        elif not kind and (named := _kind_of(word)):
            kind = named
        else:
            times.append(word)
    return Parts(
        channel=channel,
        kind=kind,
        zone=zone or words.named.get("zone", ""),
        spec=spec_of(times) if times else "",
    )


def _kind_of(word: str) -> str:
    """`approvals`, and `support` for `support-kpi`."""
    return next((kind for kind in ReportKind if word.lower() in (kind, kind.partition("-")[0])), "")


SUBCOMMAND = Subcommand(
    name="digest",
    usage="add | list | preview | edit | run | pause | resume | remove",
    does="Sends a channel a summary at its times.",
    examples=(
        "/ops digest add",
        "/ops digest add #ops weekdays 09:00 except holidays",
        "/ops digest add #ops mon 9am weekly Europe/Berlin",
        "/ops digest preview approvals",
        "/ops digest preview D3",
        "/ops digest edit D3 weekdays 10:00",
        "/ops digest run D3",
        "/ops digest pause D3",
        "/ops digest resume D3",
        "/ops digest remove D3",
    ),
    run=run,
    aliases=("digests", "summary"),
    more=f"Digests: {', '.join(ReportKind)}. Times are in your own zone unless you name one. For example:",
)
