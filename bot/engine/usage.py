"""What a job, and its agent on one day, may use up."""

from datetime import UTC, datetime, timedelta

from agents.core.clock import as_utc
from agents.core.errors import BudgetExceeded
from agents.core.policy import DailyBudget
from bot.engine.context import Run
from bot.engine.topics import Topic, answers, go_on_words
from storage import spending
from storage.spending import Used
from storage.store import Tx


def shares(run: Run) -> int:
    """How many times the budget this job has: once, and once more for each time that people allowed as much again."""
    return 1 + sum(1 for one in answers(run, Topic.BUDGET) if one.answer == go_on_words(Topic.BUDGET))


def check_steps(run: Run) -> None:
    """Raises `BudgetExceeded` when one more step would be one too many."""
    most = run.agent.budget.steps * shares(run)
    if len(run.journal.steps) >= most:
        raise BudgetExceeded(f"It has used up its {most} steps.")
    check_day(run)


def check_calls(run: Run) -> None:
    """Raises `BudgetExceeded` when one more call would be one too many."""
    run.calls += 1
    most = run.agent.budget.tool_calls * shares(run)
    if run.calls > most:
        raise BudgetExceeded(f"It has used up its {most} tool calls.")


def check_model_use(run: Run) -> None:
    """Raises `BudgetExceeded` when the tokens or the money are used up."""
    tokens, cost = run.used.get("tokens", 0), run.used.get("cost_usd", 0.0)
    most_tokens, most_cost = run.agent.budget.tokens * shares(run), run.agent.budget.cost_usd * shares(run)
    if tokens > most_tokens:
        raise BudgetExceeded(f"It has used {tokens} tokens of {most_tokens}.")
    if cost > most_cost:
        raise BudgetExceeded(f"It has used {cost:.2f} USD of {most_cost:.2f}.")
    check_day(run)


def seconds_left(run: Run) -> float:
    """How long this run may work before its budget of time is used up. Raises `BudgetExceeded` when it is already."""
    most = run.agent.budget.wall.total_seconds() * shares(run)
    left = most - float(run.used.get("wall", 0.0))
    if left <= 0:
        raise BudgetExceeded(f"It has used up its {most:g} seconds of work.")
    return left


def check_day(run: Run) -> None:
    """Raises `BudgetExceeded` when the agent has used up what it may use in a day."""
    if run.day is not None and (over := over_the_day(run.world.policy().of(run.agent.name).daily, run.day, run)):
        raise BudgetExceeded(f"{run.agent.title} has used up {over} for today.")


def over_the_day(most: DailyBudget, used: Used, run: Run | None = None) -> str:
    """What of the agent's daily budget is used up, in words; "" when nothing is."""
    now = run.used_here() if run is not None else Used()
    for name, limit, amount in (
        ("steps", most.steps, used.steps + now.steps),
        ("tool calls", most.tool_calls, used.tool_calls + now.tool_calls),
        ("tokens", most.tokens, used.tokens + now.tokens),
        ("USD", most.cost_usd, used.cost_usd + now.cost_usd),
        ("seconds of work", most.wall.total_seconds() if most.wall else None, used.wall + now.wall),
    ):
        if limit is not None and amount >= limit:
            return f"its {limit:g} {name}"
    return ""


def count_usage(tx: Tx, run: Run) -> None:
    """Adds what this run used to the agent's day, for agents that have a daily budget."""
    if run.day is not None:
        spending.add(tx, run.agent.name, day_of(tx.now), run.used_here())


def day_of(moment: float) -> str:
    """The day, in UTC, as 2026-01-31."""
    return as_utc(moment).date().isoformat()


def next_day(moment: float) -> float:
    """When the next day begins, in UTC."""
    tomorrow = as_utc(moment).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=UTC).timestamp()
