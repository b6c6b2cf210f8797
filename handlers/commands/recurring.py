"""What `/ops digest` and `/ops schedule` share: the list, and everything that is done to one of them."""

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from agents.core.amend import Wanted
from agents.core.errors import InvalidInput
from agents.core.report import ReportKind
from agents.core.schedule import Schedule, read_zone
from agents.core.schedule import outlook as outlook_of
from agents.core.spec import read_spec
from handlers import operations
from handlers.blocks import text as t
from handlers.blocks.elements import Block, context, section
from handlers.blocks.report import report_message
from handlers.blocks.schedules import (
    PREVIEWED,
    added_schedule,
    coming,
    no_holidays,
    schedule_list,
    schedule_preview,
    word_for,
)
from handlers.commands.call import Call, says
from handlers.commands.times import spec_of, zone_in
from handlers.commands.words import Words, near
from handlers.operations.schedules import DIGEST, known
from handlers.operations.serving import now_period
from handlers.replies import Reply
from handlers.reports import build
from storage import schedules
from storage.store import Tx

VERBS = ("add", "list", "preview", "edit", "run", "pause", "resume", "remove")
ALIASES = {
    "now": "run",
    "start": "run",
    "delete": "remove",
    "rm": "remove",
    "show": "preview",
    "next": "preview",
    "create": "add",
    "new": "add",
    "ls": "list",
    "change": "edit",
    "update": "edit",
    "stop": "pause",
}
_NUMBER = re.compile(r"^[dD#]{0,2}(\d{1,12})$")


def asks_for_help(words: Words) -> bool:
    """`help`, or `edit help`: then what there is to say is said."""
    return any(word.lower() in ("help", "?") for word in words.plain[:2])


async def show(call: Call, kind: str) -> Reply:
    """Every digest (or schedule), with its times and the next one."""
    holidays = call.deps.policy().schedules.holidays

    def read(tx: Tx) -> Reply:
        found = schedules.all_of(tx, kind=kind)
        said = t.escape(f"{t.count(len(found), word_for(kind)) if found else f'No {word_for(kind)} yet'}.")
        return Reply(text=said, blocks=schedule_list(found, tx.now, holidays, kind=kind))

    return await call.read(read)


async def preview_one(call: Call) -> Reply:
    """The next times of one, and of a digest what it would say now; only the asker sees it."""
    number, policy = read_number(call.words.first), call.deps.policy()

    def read(tx: Tx) -> Reply:
        one = known(tx, number)
        blocks = schedule_preview(one, tx.now, policy.schedules.holidays, call.actor.timezone)
        if one.kind == DIGEST:
            period = now_period(one, tx.now, policy.schedules.holidays)
            blocks += report_message(build(tx, ReportKind(one.name), period, policy, one.zone))[1]
        return Reply(
            text=t.mrkdwn("D{}: {}, {} ({})", str(one.id), one.name, str(one.spec), one.timezone), blocks=blocks
        )

    return await call.read(read)


async def preview_times(call: Call) -> Reply:
    """When something would come that nobody has set up yet."""
    zone, words = zone_in(call.words.plain)
    spec = read_spec(spec_of(words))
    name = read_zone(zone or call.words.named.get("zone", "") or call.actor.timezone)
    holidays = call.deps.policy().schedules.holidays
    now = call.deps.clock.now()
    found = outlook_of(spec, ZoneInfo(name), now, holidays, most=PREVIEWED)
    head = t.mrkdwn("{} ({})", str(spec), name)
    blocks: list[Block] = [
        section(t.mrkdwn("*{}*", head)),
        *coming(found, name, call.actor.timezone, now),
        *no_holidays(spec.skips_holidays, holidays),
        context(t.mrkdwn("Nothing was set up.")),
    ]
    return await call.say(Reply(text=head, blocks=blocks))


async def change(call: Call, verb: str, what: str) -> Reply:
    """Runs, pauses, resumes or removes one."""
    if not call.words.plain:
        raise call.needed(what, f"{what} {verb} D3")
    number = read_number(call.words.first)
    words = {
        "run": "{} runs now, besides its times.",
        "pause": "{} is paused.",
        "resume": "{} goes on, beginning with its next time.",
        "remove": "{} is removed.",
    }

    def work(tx: Tx) -> Reply:
        done = _changed(tx, call, verb, number)
        return says(words[verb], f"D{number} ({done.name})")

    return await call.write(work)


async def amend(call: Call, wanted: Wanted) -> Reply:
    """Changes parts of one. Whoever names the version that they saw says so with `version=4`."""
    number, deps = read_number(call.words.first), call.deps
    policy, version = deps.policy(), call.words.named.get("version", "")
    if version and not version.isdigit():
        raise InvalidInput(f"“{version}” is no version. It is the number that `preview D{number}` shows.")

    def work(tx: Tx) -> Reply:
        seen = int(version) if version else None
        done = operations.amend_schedule(tx, policy, deps.registry, number, call.actor, wanted, seen=seen)
        name = f"D{number} ({done.schedule.name})"
        if not done.what:
            return says("{} is like that already; nothing was changed.", name)
        blocks = added_schedule(done.schedule, tx.now, policy.schedules.holidays, call.actor.timezone)
        said = t.mrkdwn("{} is changed: {}.", name, ", ".join(done.what))
        return Reply(text=said, blocks=[section(said), *blocks])

    return await call.write(work)


def unknown_verb(word: str, what: str, verbs: Sequence[str]) -> str:
    """The sentence for a word that is none of these."""
    meant = near(word, [*verbs, *ALIASES])
    guess = f" Did you mean {meant[0]}?" if meant else ""
    return f"“{word}” is nothing I do with {what}.{guess} I know: {', '.join(verbs)}."


def is_number(word: str) -> bool:
    """Whether somebody named one of the list."""
    return _NUMBER.match(word) is not None


def read_number(word: str) -> int:
    """`D3` or `3`. Raises `InvalidInput`."""
    found = _NUMBER.match(word)
    if found is None:
        raise InvalidInput(f"“{word}” is not a number of the list. Write it like D3.")
    return int(found[1])


def _changed(tx: Tx, call: Call, verb: str, number: int) -> Schedule:
    policy = call.deps.policy()
    match verb:
        case "run":
            return operations.run_now(tx, call.deps.registry, policy, number, call.actor)
        case "remove":
            return operations.remove_schedule(tx, policy, number, call.actor)
        case _:
            return operations.switch_schedule(tx, policy, number, call.actor, on=verb == "resume")
