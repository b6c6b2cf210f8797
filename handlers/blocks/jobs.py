"""Jobs, as lists and one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agents.core.records import EffectRecord, EffectState, EscalationRecord, JobRecord
from agents.core.status import FINISHED, JobStatus, WaitKind
from handlers.blocks import text as t
from handlers.blocks.elements import Block, actions, bullets, button, confirmation, context, paragraph, rich
from handlers.ids import Action

STATUS: dict[JobStatus, str] = {
    JobStatus.QUEUED: "queued",
    JobStatus.RUNNING: "running",
    JobStatus.WAITING: "waiting",
    JobStatus.SUCCEEDED: "done",
    JobStatus.FAILED: "failed",
    JobStatus.DEAD: "dead letter",
    JobStatus.CANCELLED: "stopped",
    JobStatus.EXPIRED: "expired",
}
WAITS: dict[WaitKind, str] = {
    WaitKind.PERSON: "waiting for a person",
    WaitKind.TIMER: "waiting for its time",
    WaitKind.RETRY: "waiting to try again",
    WaitKind.CHILD: "waiting for another job",
    WaitKind.EVENT: "waiting for an event",
}
REQUEUEABLE = (JobStatus.FAILED, JobStatus.DEAD, JobStatus.EXPIRED)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One job with what it did. `steps` are names in order; `tools` says what people call each tool."""

    job: JobRecord
    title: str
    now: float
    steps: tuple[str, ...] = ()
    effects: tuple[EffectRecord, ...] = ()
    open: tuple[EscalationRecord, ...] = ()
    tools: Mapping[str, str] = field(default_factory=dict)

    def tool(self, name: str) -> str:
        """The title of a tool."""
        return self.tools.get(name, name)


def status_words(job: JobRecord) -> str:
    """`waiting for a person`, `dead letter`."""
    if job.status is JobStatus.WAITING and job.wait_kind:
        return WAITS[job.wait_kind]
    if job.status is JobStatus.RUNNING and job.cancel_asked:
        return "stopping"
    return STATUS[job.status]


def job_line(job: JobRecord, now: float) -> list[t.Rich]:
    """One line of a list: number, what it is, how it stands, for whom."""
    since = now - (job.finished_at or job.created_at)
    ago = f", {t.span(since)} ago" if job.finished_at else f", {t.span(since)}"
    line = [
        t.words(f"J{job.id} ", bold=True),
        t.words(t.clip(" ".join(job.summary.split()), 140)),
        t.words(f" · {job.agent} · {status_words(job)}{ago} · "),
        t.person(job.requester),
    ]
    if job.doing and job.status is JobStatus.RUNNING:
        line.append(t.words(f" · {t.clip(job.doing, 80)}", italic=True))
    return line


def job_entry(job: JobRecord, now: float) -> t.Mrkdwn:
    """Two lines in markup: what it is; how it stands, since when, for whom."""
    stands = [t.mrkdwn("{}", status_words(job)), t.mrkdwn("{}", t.span(now - (job.finished_at or job.created_at)))]
    if job.doing and job.status is JobStatus.RUNNING:
        stands.insert(1, t.mrkdwn("_{}_", t.clip(" ".join(job.doing.split()), 80)))
    stands += [t.mrkdwn("{}", job.agent), t.mrkdwn("for {}", t.at_person(job.requester))]
    return t.mrkdwn("*J{}* {}\n{}", str(job.id), t.clip(" ".join(job.summary.split()), 140), t.joined(stands))


def job_list(jobs: Sequence[JobRecord], now: float, *, heading: str, more: bool = False) -> list[Block]:
    """A list of jobs with a heading; says so when there are none, or more."""
    if not jobs:
        return [rich(paragraph(t.words(heading, bold=True))), context(t.mrkdwn("No jobs. Start one with `/ops run`."))]
    blocks = [
        rich(paragraph(t.words(heading, bold=True)), bullets(*[job_line(job, now) for job in jobs[:20]])),
    ]
    hint = t.mrkdwn("`/ops job {}` shows one in full.", f"J{jobs[0].id}")
    if more:
        hint = t.mrkdwn("{} `/ops jobs before={}` goes on.", hint, f"J{jobs[-1].id}")
    blocks.append(context(hint))
    return blocks


def job_sheet(sheet: Sheet) -> list[Block]:
    """One job in full: how it stands, what it did, what it waits for, and what can be done."""
    job = sheet.job
    blocks = [
        rich(paragraph(t.words(f"J{job.id}  ", bold=True), t.words(t.clip(job.summary, 500), bold=True))),
        context(_facts(sheet)),
    ]
    if job.status is JobStatus.RUNNING and job.doing:
        blocks.append(rich(paragraph(t.words("Now: "), t.words(t.clip(job.doing, 300)))))
    if job.error:
        blocks.append(rich(paragraph(t.words("Why it stopped: ", bold=True), t.words(t.clip(job.error, 1000)))))
    if sheet.steps:
        shown = sheet.steps[-10:]
        left_out = len(sheet.steps) - len(shown)
        head = f"Done so far ({t.count(len(sheet.steps), 'step')})" + (f", the last {len(shown)}" if left_out else "")
        blocks.append(
            rich(
                paragraph(t.words(head)),
                bullets(*[[t.words(t.clip(step, 200))] for step in shown], ordered=not left_out),
            )
        )
    if sheet.effects:
        blocks.append(
            rich(
                paragraph(t.words("Changes outside")),
                bullets(*[_effect_line(sheet, one) for one in sheet.effects[:10]]),
            )
        )
    if sheet.open:
        lines = [[t.words(f"E{one.id} ", bold=True), t.words(t.clip(one.question, 200))] for one in sheet.open[:5]]
        blocks.append(rich(paragraph(t.words("Waits for an answer")), bullets(*lines)))
    buttons = job_buttons(job) + _undo_buttons(sheet)
    if buttons:
        blocks.append(actions(*buttons[:20]))
    return blocks


def job_buttons(job: JobRecord) -> list[Block]:
    """What a person may do with a job as it stands."""
    if job.status in REQUEUEABLE:
        drop = confirmation(f"Drop J{job.id}?", "It is kept for the record and not tried again.", "Drop")
        again = [
            button("Try again", Action.JOB_RETRY, str(job.id), says=f"Try J{job.id} again"),
            button("Edit and try again", Action.JOB_EDIT, str(job.id), says=f"Edit J{job.id} and try it again"),
        ]
        return (
            again
            if job.status is JobStatus.EXPIRED
            else [*again, button("Drop", Action.JOB_DROP, str(job.id), says=f"Drop J{job.id}", confirm=drop)]
        )
    if job.status not in FINISHED and not job.cancel_asked:
        return [button("Stop", Action.JOB_STOP, str(job.id), says=f"Stop J{job.id}")]
    return []


def _undo_buttons(sheet: Sheet) -> list[Block]:
    """One for each change that can still be taken back."""
    open_ones = [
        one
        for one in sheet.effects
        if one.state is EffectState.DONE and one.undo_until and one.undo_until > sheet.now and not one.undo_asked_by
    ]
    return [
        button(
            "Undo" if len(open_ones) == 1 else f"Undo: {sheet.tool(one.tool)}",
            f"{Action.EFFECT_UNDO}#{one.id}",
            str(one.id),
            says=f"Undo: {sheet.tool(one.tool)}",
        )
        for one in open_ones[:10]
    ]


def _facts(sheet: Sheet) -> t.Mrkdwn:
    job = sheet.job
    parts = [
        t.mrkdwn("{}", status_words(job)),
        t.mrkdwn("{} for {}", sheet.title, t.at_person(job.requester)),
        t.mrkdwn("asked {}", t.at_time(job.created_at)),
    ]
    if job.finished_at:
        parts.append(t.mrkdwn("ended {}", t.at_time(job.finished_at)))
    elif job.deadline_at:
        parts.append(t.mrkdwn("of use until {}", t.at_time(job.deadline_at)))
    if job.attempts > 1:
        parts.append(t.mrkdwn("try {}", str(job.attempts)))
    if job.wake_at and job.status is JobStatus.WAITING:
        parts.append(t.mrkdwn("next {}", t.at_time(job.wake_at)))
    return t.joined(parts)


EFFECTS: dict[EffectState, str] = {
    EffectState.INTENDED: "being tried",
    EffectState.DONE: "done",
    EffectState.FAILED: "failed",
    EffectState.UNKNOWN: "not known whether it happened",
    EffectState.UNDONE: "undone",
    EffectState.SKIPPED: "skipped",
}


def _effect_line(sheet: Sheet, effect: EffectRecord) -> list[t.Rich]:
    return [
        t.words(f"{sheet.tool(effect.tool)}: "),
        t.words(EFFECTS[effect.state], bold=True),
        t.words(f" ({t.clip(effect.error, 200)})" if effect.error else ""),
    ]
