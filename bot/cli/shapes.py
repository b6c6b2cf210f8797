"""What commands print about rows: one line for people, one object for machines. Times in JSON are seconds since 1970."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agents.core.records import EffectRecord, EscalationRecord, JobRecord
    from agents.core.report import Report
    from agents.core.schedule import Holidays, Schedule, Skipped, Slot


def plain(value: Any) -> Any:
    """A record as JSON can hold it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        parts = [plain(part) for part in value]
        return sorted(parts, key=str) if isinstance(value, set | frozenset) else parts
    return value


def moment(at: float | None) -> str:
    """A time for people: `2026-11-21 09:15 UTC`."""
    from agents.core.clock import as_utc

    return f"{as_utc(at):%Y-%m-%d %H:%M} UTC" if at is not None else "-"


def job_line(job: "JobRecord") -> str:
    waits = f" for {job.wait_for}" if job.wait_for else ""
    return f"J{job.id:<6} {job.status + waits:<28} {job.agent:<14} {moment(job.created_at)}  {short(job.summary)}"


def job_lines(job: "JobRecord", questions: "list[EscalationRecord]", effects: "list[EffectRecord]") -> list[str]:
    """Everything about one job."""
    lines = [
        f"J{job.id}  {job.summary}",
        f"  agent      {job.agent} {job.agent_version}",
        f"  status     {job.status}" + (f", waits for {job.wait_for}" if job.wait_for else ""),
        f"  asked by   {job.requester}, {moment(job.created_at)}, by {job.source.kind}",
        f"  deadline   {moment(job.deadline_at)}",
        f"  attempts   {job.attempts} ({job.failures} failed, {job.crashes} crashed)",
    ]
    if job.finished_at:
        lines.append(f"  finished   {moment(job.finished_at)}")
    if job.error:
        lines.append(f"  error      {job.error} ({job.error_code})")
    lines += [f"  question   {question_line(question)}" for question in questions]
    lines += [f"  effect     {effect.tool}: {effect.state}, {moment(effect.intended_at)}" for effect in effects]
    return lines


def question_line(question: "EscalationRecord") -> str:
    end = f"until {moment(question.expires_at)}" if question.state == "pending" else str(question.state)
    return f"E{question.id:<6} {question.tier:<9} {question.agent:<14} {end:<28} {short(question.question)}"


def schedule_line(schedule: "Schedule", now: float, holidays: "Holidays") -> str:
    from agents.core.schedule import Skipped

    outlook = schedule.outlook(now, holidays, most=1)
    following = next((one for one in outlook if not isinstance(one, Skipped)), None)
    skipped = ", ".join(str(one) for one in outlook if isinstance(one, Skipped))
    state = f"next {moment(following.at)}" if following else "will never come"
    return (
        f"D{schedule.id:<5} {schedule.kind:<7} {schedule.name:<18} {schedule.channel or '-':<12} "
        f"{schedule.spec!s:<24} {schedule.timezone:<18} {state if schedule.enabled else 'paused'}"
        f"{f', skips {skipped}' if skipped and schedule.enabled else ''}"
    )


def schedule_json(schedule: "Schedule", now: float, holidays: "Holidays") -> dict[str, Any]:
    following = schedule.next_slot(now, holidays)
    return {**plain(schedule), "spec": str(schedule.spec), "next": following.at if following else None}


def outlook_lines(outlook: "Sequence[Slot | Skipped]") -> list[str]:
    """The next times, in the schedule's own zone and in UTC, and the holidays between them."""
    from agents.core.schedule import Skipped

    return [
        f"  skips {one}"
        if isinstance(one, Skipped)
        else f"  {one.day:%a} {one.name.replace('T', ' ')}   {moment(one.at)}"
        for one in outlook
    ]


def outlook_json(outlook: "Sequence[Slot | Skipped]") -> dict[str, Any]:
    """`coming`: the next times; `skips`: the holidays before and between them."""
    from agents.core.schedule import Skipped

    skipped = [one for one in outlook if isinstance(one, Skipped)]
    return {
        "coming": [{"slot": one.name, "at": one.at} for one in outlook if not isinstance(one, Skipped)],
        "skips": [{"day": one.day.isoformat(), "holiday": one.holiday} for one in skipped],
    }


def report_lines(report: "Report") -> list[str]:
    """A whole digest as text: headline, numbers, table, one line for each part."""
    lines = [f"{report.title}: {report.headline}"]
    if not report.quiet:
        for fact in report.facts:
            note = f" ({fact.note})" if fact.note else ""
            lines.append(f"  {fact.label}: {fact.value}{note}{', needs a look' if fact.attention else ''}")
        if report.table:
            rows = [report.table.columns, *report.table.rows]
            cells = [[short(str(cell), 60) for cell in row] for row in rows]
            widths = [max(len(row[place]) for row in cells) for place in range(len(report.table.columns))]
            lines += ["", *("  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in cells)]
            lines += [f"  and {report.table.more} more"] if report.table.more else []
        lines += ["", *(f"  {part.title}: {part.headline}" for part in report.parts)] if report.parts else []
    lines += [f"  {source} could not be read, so its numbers are left out." for source in report.missing]
    return [*lines, f"  From {moment(report.period.since)} to {moment(report.period.until)}"]


def short(text: str, most: int = 80) -> str:
    """The first line of a text, cut with a mark where it is longer."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
