"""`/ops digest`: summaries that come to a channel by themselves."""

from collections.abc import Sequence

from agents.core.errors import InvalidInput
from agents.core.people import Person
from agents.core.report import Period, ReportKind
from agents.core.schedule import Schedule
from handlers import operations
from handlers.blocks import text as t
from handlers.blocks.digest_dialog import digest_dialog
from handlers.blocks.report import report_message
from handlers.blocks.schedules import added_schedule, schedule_list
from handlers.commands.call import Call, Subcommand, says
from handlers.commands.opening import opened
from handlers.commands.times import spec_of
from handlers.commands.words import mentioned, near
from handlers.ids import Held
from handlers.operations.schedules import DIGEST
from handlers.replies import Reply
from handlers.reports import build, read_kind
from storage import schedules
from storage.store import Tx

DAY = 86_400.0
VERBS = ("add", "list", "preview", "run", "pause", "resume", "remove")
ALIASES = {
    "now": "run",
    "delete": "remove",
    "rm": "remove",
    "show": "preview",
    "create": "add",
    "new": "add",
    "ls": "list",
}


async def run(call: Call) -> Reply:
    """The word after `digest` says what to do."""
    word = call.words.first.lower()
    verb = ALIASES.get(word, word) or "list"
    rest = call.with_words(call.words.after_first())
    match verb:
        case "add":
            return await add(rest)
        case "list":
            return await show(rest, DIGEST)
        case "preview":
            return await preview(rest)
        case "run" | "pause" | "resume" | "remove":
            return await change(rest, verb, "digest")
        case _:
            raise InvalidInput(unknown_verb(word, "digests", VERBS))


async def add(call: Call) -> Reply:
    """`#ops weekdays 09:00 approvals Europe/Berlin`, in any order; with nothing a form opens."""
    if (
        not call.words.plain
        and call.trigger_id
        and await opened(call, digest_dialog(call.actor.timezone, Held(channel=call.channel)))
    ):
        return await call.say(says("Fill in the dialog to set up a digest."))
    channel, kind, zone, words = call.channel, ReportKind.QUEUE_HEALTH, "", []
    for word in call.words.plain:
        found = mentioned(word, "#")
        if found:
            channel = found
        elif word.lower() in list(ReportKind):
            kind = ReportKind(word.lower())
        elif "/" in word and word[:1].isalpha():
            zone = word
        elif word.startswith("#"):
            raise InvalidInput(
                f"I do not know the channel {word}. Choose it from Slack's list while you type, so that it becomes a link."
            )
        else:
            words.append(word)
    if not words:
        raise InvalidInput("When? For example: `/ops digest add #ops weekdays 09:00`")
    spec = spec_of(words)

    def work(tx: Tx) -> Reply:
        made = operations.add_digest(
            tx, call.actor, channel=channel, spec=spec, kind=kind, timezone=zone or call.words.named.get("zone", "")
        )
        return Reply(
            text=t.mrkdwn("The digest {} is set up: D{}.", made.name, str(made.id)), blocks=added_schedule(made, tx.now)
        )

    return await call.write(work)


async def show(call: Call, kind: str) -> Reply:
    """Every digest (or schedule), with its times and the next one."""

    def read(tx: Tx) -> Reply:
        found = schedules.all_of(tx, kind=kind)
        return Reply(text=t.escape(t.count(len(found), kind)), blocks=schedule_list(found, tx.now, kind=kind))

    return await call.read(read)


async def preview(call: Call) -> Reply:
    """What a digest would say now; only the asker sees it."""
    word = call.words.first

    def read(tx: Tx) -> Reply:
        kind = read_kind(
            schedules.get(tx, read_number(word)).name
            if word.lstrip("dD").isdigit()
            else word or ReportKind.QUEUE_HEALTH
        )
        span = 7 * DAY if kind is ReportKind.WEEKLY else DAY
        text, blocks = report_message(build(tx, kind, Period(since=tx.now - span, until=tx.now)))
        return Reply(text=t.escape(text), blocks=blocks)

    return await call.read(read)


async def change(call: Call, verb: str, what: str) -> Reply:
    """Runs, pauses, resumes or removes one."""
    if not call.words.plain:
        raise call.needed(what, f"{what} {verb} D3")
    number = read_number(call.words.first)

    def work(tx: Tx) -> Reply:
        done = _change(tx, call, verb, number, call.actor)
        words = {
            "run": "{} runs now, besides its times.",
            "pause": "{} is paused.",
            "resume": "{} goes on, beginning with its next time.",
            "remove": "{} is removed.",
        }
        return says(words[verb], f"D{number} ({done.name})")

    return await call.write(work)


def unknown_verb(word: str, what: str, verbs: Sequence[str]) -> str:
    """The sentence for a word that is none of these."""
    meant = near(word, verbs)
    guess = f" Did you mean {meant[0]}?" if meant else ""
    return f"“{word}” is nothing I do with {what}.{guess} I know: {', '.join(verbs)}."


def read_number(word: str) -> int:
    """`D3` or `3`. Raises `InvalidInput`."""
    digits = word.lstrip("dD#")
    if not digits.isdigit() or len(digits) > 12:
        raise InvalidInput(f"“{word}” is not a number of the list. Write it like D3.")
    return int(digits)


def _change(tx: Tx, call: Call, verb: str, number: int, person: Person) -> Schedule:
    policy = call.deps.policy()
    match verb:
        case "run":
            return operations.run_now(tx, call.deps.registry, number, person)
        case "remove":
            return operations.remove_schedule(tx, policy, number, person)
        case _:
            return operations.switch_schedule(tx, policy, number, person, on=verb == "resume")


SUBCOMMAND = Subcommand(
    name="digest",
    usage="add | list | preview | run | pause | resume | remove",
    does="Sends a channel a summary at its times.",
    examples=(
        "/ops digest add",
        "/ops digest add #ops weekdays 09:00",
        "/ops digest add #ops mon 9am weekly Europe/Berlin",
        "/ops digest preview approvals",
        "/ops digest pause D3",
    ),
    run=run,
    aliases=("digests", "summary"),
    more=f"Digests: {', '.join(ReportKind)}. Times are in your own zone unless you name one. For example:",
)
