"""What commands print about rows: one line for people, one object for machines. Times in JSON are seconds since 1970."""

from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agents.core.records import EffectRecord, EscalationRecord, JobRecord
    from agents.core.schedule import Schedule


def plain(value: Any) -> Any:
    """A record as JSON can hold it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(part) for name, part in asdict(value).items()}
    if isinstance(value, dict):
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


def schedule_line(schedule: "Schedule", now: float) -> str:
    following = schedule.next_slot(now)
    when = moment(following.at) if following and schedule.enabled else "paused"
    return (
        f"D{schedule.id:<5} {schedule.kind:<7} {schedule.name:<18} {schedule.channel or '-':<12} "
        f"{schedule.spec!s:<24} {schedule.timezone:<18} next {when}"
    )


def schedule_json(schedule: "Schedule", now: float) -> dict[str, Any]:
    following = schedule.next_slot(now)
    return {**plain(schedule), "spec": str(schedule.spec), "next": following.at if following else None}


def short(text: str, most: int = 80) -> str:
    """The first line of a text, cut with a mark where it is longer."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
