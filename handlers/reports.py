"""Builds a digest from the rows as they are now."""

from collections.abc import Mapping

from agents.core import report
from agents.core.errors import InvalidInput
from agents.core.report import Period, Report, ReportKind
from storage import stats
from storage.store import Tx


def build(tx: Tx, kind: ReportKind, period: Period, *, minutes_each: Mapping[str, float] | None = None) -> Report:
    """One digest over a period, with trends against the period before it.

    `minutes_each` is agent -> minutes that its owner says one job takes by hand.
    """
    before = period.before
    match kind:
        case ReportKind.QUEUE_HEALTH:
            return report.queue_health(stats.queue(tx, period), stats.queue(tx, before), period)
        case ReportKind.APPROVALS:
            return report.approvals(stats.approvals(tx, period), stats.approvals(tx, before), period)
        case ReportKind.AGENTS:
            now, earlier = (stats.agents(tx, each, minutes_each=minutes_each) for each in (period, before))
            return report.agent_performance(now, earlier, period)
        case ReportKind.SUPPORT:
            return report.support_kpi(stats.support(tx, period), stats.support(tx, before), period)
        case ReportKind.WEEKLY:
            parts = [
                build(tx, part, period, minutes_each=minutes_each)
                for part in ReportKind
                if part is not ReportKind.WEEKLY
            ]
            return report.weekly(parts, period)


def read_kind(word: str) -> ReportKind:
    """The digest that a person named. Raises `InvalidInput` that lists them."""
    try:
        return ReportKind(word.strip().lower().replace("_", "-").replace(" ", "-"))
    except ValueError:
        raise InvalidInput(f"There is no digest named {word}. Digests: {', '.join(ReportKind)}.") from None
