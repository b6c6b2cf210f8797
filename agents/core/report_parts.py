"""Four digests from numbers to words, side by side so that they speak alike."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from agents.core.numbers import AgentNumbers, ApprovalNumbers, QueueNumbers, TicketNumbers
from agents.core.report import Chart, Fact, Period, Report, ReportKind, Table, against, count, duration, percent

OPEN_STATES = (("to start", "queued"), ("running", "running"), ("waiting", "waiting"))
ENDINGS = (
    ("succeeded", ("succeeded",)),
    ("failed", ("failed", "dead")),
    ("too late or stopped", ("expired", "cancelled")),
)
"""How jobs end, as charts and tables say it: together they are all jobs that finished."""

BESIDE = 3
"""So many agents stand beside one another in a table; more of them below one another."""

AGES = (("under 1 hour", 3_600.0), ("1 to 4 hours", 4 * 3_600.0), ("4 to 24 hours", 86_400.0), ("over a day", 1e12))


def queue_health(now: QueueNumbers, before: QueueNumbers, period: Period) -> Report:
    """Waiting, running, stuck, failed and late work, by lane."""
    lanes = tuple(lane for lane in ("fast", "normal", "heavy") if any(now.open.get(lane, {}).values()))
    open_of = {lane: tuple(now.open[lane].get(status, 0) for _, status in OPEN_STATES) for lane in lanes}
    to_start, running, waiting = (sum(states[place] for states in open_of.values()) for place in range(3))
    done, done_before = sum(now.finished.values()), sum(before.finished.values())
    failed = now.finished.get("failed", 0) + now.finished.get("dead", 0)
    facts = (
        Fact(label="Waiting to start", value=str(to_start), note=_oldest(now.oldest_wait)),
        Fact(label="Running", value=str(running)),
        Fact(label="Waiting for people or time", value=str(waiting)),
        Fact(label="Finished", value=str(done), note=against(done, done_before)),
        Fact(label="Succeeded", value=str(now.finished.get("succeeded", 0))),
        Fact(label="Failed jobs", value=str(failed), attention=failed > 0),
        Fact(label="Jobs too late", value=str(now.late), attention=now.late > 0),
        Fact(label="Stopped by people", value=str(now.finished.get("cancelled", 0))),
        Fact(label="Stuck jobs", value=str(now.stuck), attention=now.stuck > 0),
        Fact(label="Dead letters kept", value=str(now.dead), note=_new(now.finished), attention=now.dead > 0),
    )
    chart = Chart(
        title="Open work by lane",
        labels=lanes,
        series={
            name: tuple(float(open_of[lane][place]) for lane in lanes) for place, (name, _) in enumerate(OPEN_STATES)
        },
    )
    table = Table(
        columns=("Lane", "To start", "Running", "Waiting", "Open"),
        rows=tuple((lane, *map(str, open_of[lane]), str(sum(open_of[lane]))) for lane in lanes),
    ).upright
    open_work = to_start + running + waiting
    trouble = now.stuck + now.dead + now.late + now.finished.get("failed", 0)
    return Report(
        kind=ReportKind.QUEUE_HEALTH,
        title="Queue health",
        headline=_queue_headline(open_work, done, trouble),
        period=period,
        facts=facts,
        table=table if lanes else None,
        chart=chart if lanes else None,
        quiet=not (open_work or done or trouble),
    )


def approvals(numbers: ApprovalNumbers, before: ApprovalNumbers, period: Period) -> Report:
    """What waits for whom, and how long answers took."""
    answered, answered_before = sum(numbers.verdicts.values()), sum(before.verdicts.values())
    waiting = len(numbers.asked_at)
    rows = tuple(
        (f"E{item.id}", item.question, duration(period.until - item.asked_at), item.waits_for) for item in numbers.open
    )
    facts = [
        Fact(label="Open questions", value=str(waiting), attention=waiting > 0),
        Fact(label="Answered", value=str(answered), note=against(answered, answered_before)),
    ]
    facts += [
        Fact(label=f"of these {name.replace('_', ' ')}", value=str(n)) for name, n in sorted(numbers.verdicts.items())
    ]
    if numbers.seconds:
        facts.append(Fact(label="Half were answered within", value=duration(median(numbers.seconds))))
    facts.append(
        Fact(
            label="Questions out of time",
            value=str(numbers.expired),
            note=against(numbers.expired, before.expired),
            attention=numbers.expired > 0,
        )
    )
    chart = Chart(
        title="Open questions by age",
        labels=tuple(name for name, _ in AGES),
        series={"open": tuple(map(float, _by_age([period.until - asked_at for asked_at in numbers.asked_at])))},
        unit="questions",
    )
    return Report(
        kind=ReportKind.APPROVALS,
        title="Approvals",
        headline=_approvals_headline(waiting, answered),
        period=period,
        facts=tuple(facts),
        table=Table(columns=("Id", "Question", "Age", "Waits for"), rows=rows, more=waiting - len(rows))
        if rows
        else None,
        chart=chart if waiting else None,
        quiet=not (waiting or answered or numbers.expired),
    )


def agent_performance(now: Sequence[AgentNumbers], before: Sequence[AgentNumbers], period: Period) -> Report:
    """How well each agent did, with the trend against the period before. Time saved is told of agents whose owner said
    what one job takes by hand, and of nobody else."""
    earlier = {numbers.agent: numbers for numbers in before}
    busy = [numbers for numbers in now if numbers.jobs or numbers.answered]
    estimated = [n for n in busy if n.minutes_saved is not None]
    rows = tuple(_agent_row(n, earlier.get(n.agent, AgentNumbers(agent=n.agent)), bool(estimated)) for n in busy)
    jobs = sum(n.jobs for n in busy)
    facts = [Fact(label="Jobs finished", value=str(jobs), note=against(jobs, sum(n.jobs for n in before)))]
    if estimated:
        facts.append(time_saved(estimated))
    incidents = sum(n.incidents for n in now)
    facts.append(
        Fact(
            label="Incidents",
            value=str(incidents),
            note=against(incidents, sum(n.incidents for n in before)),
            attention=incidents > 0,
        )
    )
    labels = tuple(n.agent for n in busy)
    chart = Chart(
        title="How jobs ended",
        labels=labels,
        series={name: tuple(float(ended(n.finished, statuses)) for n in busy) for name, statuses in ENDINGS},
    )
    columns = ("Agent", "Jobs", "Completed", "Approved as is", "Corrected", "Escalated", "Tool errors", "Incidents")
    return Report(
        kind=ReportKind.AGENTS,
        title="Agent performance",
        headline=_agents_headline(jobs, sum(n.finished.get("succeeded", 0) for n in busy)),
        period=period,
        facts=tuple(facts),
        table=_agents_table((*columns, "Time saved") if estimated else columns, rows),
        chart=chart if labels else None,
        quiet=not busy and not incidents,
    )


def support_kpi(now: TicketNumbers, before: TicketNumbers, period: Period) -> Report:
    """Tickets opened, assigned and closed, and what is late."""
    open_tickets = sum(now.queues.values())
    facts = (
        Fact(label="Opened", value=str(now.opened), note=against(now.opened, before.opened)),
        Fact(label="Assigned", value=str(now.assigned), note=against(now.assigned, before.assigned)),
        Fact(label="Closed", value=str(now.closed), note=against(now.closed, before.closed)),
        Fact(label="Open now", value=str(open_tickets)),
        Fact(label="Tickets past due", value=str(now.overdue), attention=now.overdue > 0),
        Fact(label="Tickets due within 2 hours", value=str(now.due_soon), attention=now.due_soon > 0),
    )
    queues = tuple(sorted((queue for queue, number in now.queues.items() if number), key=lambda q: (-now.queues[q], q)))
    chart = Chart(
        title="Open tickets by queue",
        labels=queues,
        series={"open": tuple(float(now.queues[queue]) for queue in queues)},
        unit="tickets",
    )
    late = f" {now.overdue} past due." if now.overdue else ""
    return Report(
        kind=ReportKind.SUPPORT,
        title="Support",
        headline=f"{count(open_tickets, 'ticket')} open.{late}" if open_tickets else "No open tickets.",
        period=period,
        facts=facts,
        table=Table(columns=("Queue", "Open"), rows=tuple((queue, str(now.queues[queue])) for queue in queues))
        if queues
        else None,
        chart=chart if queues else None,
        quiet=not (open_tickets or now.opened or now.closed),
    )


def time_saved(numbers: Sequence[AgentNumbers]) -> Fact:
    """The time that these agents saved, all of which have an estimate."""
    minutes = sum(n.minutes_saved or 0.0 for n in numbers)
    names = ", ".join(n.agent for n in numbers)
    whose = "owner's estimate" if len(numbers) == 1 else "owners' estimates"
    return Fact(label="Time saved", value=duration(minutes * 60), note=f"by the {whose}, for {names}")


def ended(finished: Mapping[str, int], statuses: Sequence[str]) -> int:
    """How many jobs ended in one of these ways."""
    return sum(finished.get(status, 0) for status in statuses)


def median(values: Sequence[float]) -> float:
    """The middle of some values, of which there is at least one."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _agents_table(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Table | None:
    table = Table(columns=columns, rows=rows)
    return None if not rows else table.upright if len(rows) <= BESIDE else table


def _agent_row(now: AgentNumbers, before: AgentNumbers, with_time: bool) -> tuple[str, ...]:
    row = (
        now.agent,
        str(now.jobs),
        _with_trend(now.completion, before.completion),
        _with_trend(now.approval, before.approval),
        _with_trend(now.correction, before.correction),
        _with_trend(now.escalation, before.escalation),
        _with_trend(now.tool_errors, before.tool_errors),
        str(now.incidents),
    )
    if not with_time:
        return row
    return (*row, "-" if now.minutes_saved is None else duration(now.minutes_saved * 60))


def _with_trend(now: float | None, before: float | None) -> str:
    if now is None or before is None:
        return percent(now)
    points = round(now * 100) - round(before * 100)
    return f"{percent(now)} ({points:+d})" if points else percent(now)


def _queue_headline(open_work: int, done: int, trouble: int) -> str:
    if not (open_work or done or trouble):
        return "Nothing to report."
    state = "nothing needs attention" if not trouble else f"{trouble} {'needs' if trouble == 1 else 'need'} attention"
    return f"{count(done, 'job')} finished, {open_work} open, {state}."


def _approvals_headline(waiting: int, answered: int) -> str:
    if not waiting:
        return f"{count(answered, 'question')} answered, none waits." if answered else "Nothing waits for an answer."
    return f"{count(waiting, 'question')} {'waits' if waiting == 1 else 'wait'} for an answer."


def _new(finished: Mapping[str, int]) -> str:
    """Dead letters of the period are among those that failed, and count once in the headline."""
    return f"{finished['dead']} of those that failed" if finished.get("dead") else ""


def _agents_headline(jobs: int, succeeded: int) -> str:
    return (
        f"{count(jobs, 'job')} finished, {percent(succeeded / jobs)} succeeded." if jobs else "No agent finished a job."
    )


def _oldest(seconds: float | None) -> str:
    return f"the oldest for {duration(seconds)}" if seconds is not None else ""


def _by_age(ages: Sequence[float]) -> list[int]:
    edges = [0.0, *[edge for _, edge in AGES]]
    return [sum(low <= max(age, 0.0) < high for age in ages) for low, high in pairwise(edges)]
