"""`calmops metrics`: how good the agents are, in numbers."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.output import say, say_json
from bot.cli.session import Data, Json, with_bot
from bot.cli.shapes import moment

if TYPE_CHECKING:
    from agents.core.numbers import AgentNumbers
    from bot.app import Bot

DAY = 86_400.0


def add_to(app: typer.Typer) -> None:
    app.command("metrics")(metrics)


def metrics(
    days: Annotated[int, typer.Option(min=1, max=365, help="How many days to look back.")] = 7,
    data: Data = None,
    json: Json = False,
) -> None:
    """Completion, approval, correction, escalation and tool error rates of each agent, its incidents, and the time it saved."""
    from agents.core.report import Period
    from storage import stats

    async def work(bot: "Bot") -> tuple[Period, Any]:
        now = bot.clock.now()
        period = Period(since=now - days * DAY, until=now)
        minutes = bot.config.policy().minutes_each
        return period, await bot.store.read(lambda tx: stats.agents(tx, period, minutes_each=minutes))

    period, found = with_bot(data, work)
    rows = [_row(one) for one in found]
    if json:
        say_json({"since": period.since, "until": period.until, "agents": rows})
        return
    say(f"From {moment(period.since)} to {moment(period.until)}")
    for row in rows:
        rates = "  ".join(f"{name} {_percent(value)}" for name, value in row["rates"].items())
        say(f"{row['agent']:<16} {row['jobs']} finished  {rates}  incidents {row['incidents']}{_saved(row)}")
    if not rows:
        say("No agent did anything in that time.")


def _row(numbers: "AgentNumbers") -> dict[str, Any]:
    """One agent: counts, and rates as shares from 0 to 1, null where there was nothing to count. `minutes_saved` is by the
    owner's estimate, null where there is none."""
    return {
        "agent": numbers.agent,
        "jobs": numbers.jobs,
        "finished": dict(numbers.finished),
        "answered": numbers.answered,
        "calls": numbers.calls,
        "incidents": numbers.incidents,
        "minutes_saved": numbers.minutes_saved,
        "rates": {
            "completion": numbers.completion,
            "approval": numbers.approval,
            "correction": numbers.correction,
            "escalation": numbers.escalation,
            "tool_errors": numbers.tool_errors,
        },
    }


def _saved(row: dict[str, Any]) -> str:
    from agents.core.report import duration

    minutes = row["minutes_saved"]
    return "" if not minutes else f"  saved {duration(minutes * 60)} by the owner's estimate"


def _percent(share: float | None) -> str:
    from agents.core.report import percent

    return percent(share)
