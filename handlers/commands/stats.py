"""`/ops stats`: the numbers of the agents."""

from zoneinfo import ZoneInfo

from agents.core.errors import InvalidInput
from agents.core.report import Period, ReportKind
from handlers.blocks import text as t
from handlers.blocks.report import report_message
from handlers.commands.call import Call, Subcommand
from handlers.replies import Reply
from handlers.reports import build
from storage.store import Tx

DAY = 86_400.0
SPANS = {"day": "1", "today": "1", "week": "7", "month": "30", "quarter": "90", "year": "365"}


async def run(call: Call) -> Reply:
    """Agent performance of the last 7 days, or of as many as are named."""
    days = 7
    if call.words.plain:
        said = " ".join(call.words.plain).lower()
        word = SPANS.get(said.removeprefix("last ").removeprefix("this "), call.words.first.lower().rstrip("d"))
        if not word.isdigit() or not 1 <= int(word) <= 365:
            raise InvalidInput(f"“{call.words.first}” is no number of days from 1 to 365. For example: `/ops stats 30`")
        days = int(word)

    def read(tx: Tx) -> Reply:
        period = Period(since=tx.now - days * DAY, until=tx.now)
        zone = ZoneInfo(call.actor.timezone)
        text, blocks = report_message(build(tx, ReportKind.AGENTS, period, call.deps.policy(), zone))
        return Reply(text=t.escape(text), blocks=blocks)

    return await call.read(read)


SUBCOMMAND = Subcommand(
    name="stats",
    usage="[DAYS]",
    does="Completion, approval, correction, escalation and error rates, and the time saved, with the trend.",
    examples=("/ops stats", "/ops stats 30", "/ops stats last month"),
    run=run,
    aliases=("metrics", "numbers"),
)
