"""Builds a digest from the rows as they are now."""

from zoneinfo import ZoneInfo

from agents.core.numbers import WeekNumbers
from agents.core.policy import Policy
from agents.core.report import Period, Report, ReportKind
from agents.core.report_parts import agent_performance, approvals, queue_health, support_kpi
from agents.core.report_weekly import days_of, weekly
from storage import stats
from storage.store import Tx


def build(tx: Tx, kind: ReportKind, period: Period, policy: Policy, zone: ZoneInfo) -> Report:
    """One digest over a period, with trends against the period before it; its days are those of `zone`."""
    before, minutes = period.before, policy.minutes_each
    match kind:
        case ReportKind.QUEUE_HEALTH:
            return queue_health(stats.queue(tx, period), stats.queue(tx, before), period)
        case ReportKind.APPROVALS:
            return approvals(stats.approvals(tx, period), stats.approvals(tx, before), period)
        case ReportKind.AGENTS:
            now, earlier = (stats.agents(tx, each, minutes_each=minutes) for each in (period, before))
            return agent_performance(now, earlier, period)
        case ReportKind.SUPPORT:
            return support_kpi(stats.support(tx, period), stats.support(tx, before), period)
        case ReportKind.WEEKLY:
            days = [day.period for day in days_of(period, zone)]
            this, last = _week(tx, period, policy, days), _week(tx, before, policy, ())
            return weekly(this, last, period, zone)


def _week(tx: Tx, period: Period, policy: Policy, days: list[Period] | tuple[()]) -> WeekNumbers:
    return WeekNumbers(
        queue=stats.queue(tx, period),
        approvals=stats.approvals(tx, period),
        agents=stats.agents(tx, period, minutes_each=policy.minutes_each),
        tickets=stats.support(tx, period),
        days=stats.by_day(tx, days),
    )
