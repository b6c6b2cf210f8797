"""`/ops away @cho 2026-12-01`: somebody decides in your place."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agents.core.errors import InvalidInput
from agents.core.ids import person_id
from handlers import operations
from handlers.blocks import text as t
from handlers.blocks.away import away_dialog
from handlers.commands.call import Call, Subcommand, says
from handlers.commands.opening import opened
from handlers.commands.words import mentioned
from handlers.deciding import heard
from handlers.ids import Held
from handlers.replies import Reply
from storage.store import Tx


async def run(call: Call) -> Reply:
    """With a person and a last day it holds at once; `back` ends it; with nothing a form opens."""
    word = call.words.first
    if word.lower() in ("back", "end", "off"):
        return await call.write(
            lambda tx: (
                says("You decide for yourself again.")
                if operations.end_delegation(tx, call.actor)
                else says("You had named nobody.")
            )
        )
    if (
        not word
        and call.trigger_id
        and await opened(call, away_dialog(call.deps.clock.now(), Held(channel=call.channel)))
    ):
        return await call.say(says("Fill in the dialog to hand over."))
    user = mentioned(word, "@")
    if user is None or len(call.words.plain) < 2:
        raise InvalidInput("Who, and until which day? For example: `/ops away @cho 2026-12-01`")
    hearing = await heard(call.deps, call.actor)
    last = end_of(call.words.plain[-1], ZoneInfo(hearing.person.timezone))
    to = await call.deps.people.person(person_id(call.deps.team, user), fresh=True)

    def work(tx: Tx) -> Reply:
        made = operations.delegate(tx, hearing.person, to, first_at=tx.now, last_at=last)
        return Reply(text=t.mrkdwn("{} decides for you until {}.", t.at_person(made.to), t.at_time(made.last_at)))

    return await call.write(work)


def end_of(word: str, zone: ZoneInfo) -> float:
    """When that day is over. Raises `InvalidInput`."""
    try:
        return datetime.combine(date.fromisoformat(word) + timedelta(days=1), time(), zone).timestamp()
    except (ValueError, OverflowError):
        raise InvalidInput(f"“{word}” is no day. Write it like 2026-12-01.") from None


SUBCOMMAND = Subcommand(
    name="away",
    usage="@PERSON LAST-DAY | back",
    does="Lets somebody decide in your place while you are away.",
    examples=("/ops away", "/ops away @cho 2026-12-01", "/ops away back"),
    run=run,
    aliases=("delegate", "ooo"),
)
