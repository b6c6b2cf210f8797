"""A job's one progress message, from start to end."""

from agents.core.records import JobRecord
from agents.core.status import FINISHED, JobStatus, WaitKind
from handlers.blocks import text as t
from handlers.blocks.elements import Block, actions, bullets, context, paragraph, rich
from handlers.blocks.jobs import Sheet, job_buttons
from handlers.blocks.reminders import audience

STEPS = 6


def progress_text(job: JobRecord, now: float) -> str:
    """What happens now, in one line of plain text."""
    started = job.started_at or job.created_at
    match job.status:
        case JobStatus.QUEUED:
            return "Waiting for its turn" if job.attempts == 0 else "Going on in a moment"
        case JobStatus.RUNNING if job.cancel_asked:
            return "Stopping"
        case JobStatus.RUNNING:
            return job.doing or "Working"
        case JobStatus.WAITING if job.wait_kind is WaitKind.PERSON:
            return "Waiting for a person to decide"
        case JobStatus.WAITING if job.wait_kind is WaitKind.RETRY:
            return f"Try {job.attempts + 1} follows"
        case JobStatus.WAITING:
            return "Waiting"
        case JobStatus.SUCCEEDED:
            return f"Done in {t.span((job.finished_at or now) - started)}"
        case JobStatus.CANCELLED:
            return "Stopped"
        case JobStatus.EXPIRED:
            return "Too late: the result would be of no use any more"
        case JobStatus.FAILED | JobStatus.DEAD:
            return "Failed"


def progress_message(sheet: Sheet) -> tuple[str, list[Block]]:
    """The notification text and the blocks."""
    job = sheet.job
    title = progress_text(job, sheet.now)
    line = [t.words(t.clip(title, 200), bold=True)]
    if job.status is JobStatus.CANCELLED and job.error:
        line.append(t.words(f": {t.clip(job.error, 300)}"))
    if job.status in (JobStatus.FAILED, JobStatus.DEAD):
        at_step = f" at step {len(sheet.steps) + 1}" if sheet.steps else ""
        line = [t.words(f"Failed{at_step}: ", bold=True), t.words(t.clip(job.error or "no reason given", 500))]
    if job.status is JobStatus.WAITING and job.wait_kind is WaitKind.RETRY and job.wake_at:
        line += [t.words(", next at "), t.moment(job.wake_at, "{time}")]
        if job.error:
            line.append(t.words(f". Last time: {t.clip(job.error, 200)}"))
    blocks = [rich(paragraph(*line))]
    if job.status is JobStatus.WAITING and sheet.open:
        asked = sheet.open[0]
        who = t.joined(audience(asked), ", ") or t.mrkdwn("nobody: no approver is configured")
        blocks.append(context(t.mrkdwn("Asked: {}, until {}.", who, t.at_time(asked.expires_at))))
    if sheet.steps and job.status is not JobStatus.SUCCEEDED:
        shown = sheet.steps[-STEPS:]
        before = len(sheet.steps) - len(shown)
        earlier = f": {t.count(before, 'step')}, then" if before else ":"
        lines = [[t.words(t.clip(step, 150))] for step in shown]
        blocks.append(rich(paragraph(t.words(f"Done so far{earlier}")), bullets(*lines)))
    stands = [t.mrkdwn("{} J{} for {}", sheet.title, str(job.id), t.at_person(job.requester))]
    if job.status not in FINISHED:
        stands.append(t.mrkdwn("since {}", t.at_time(job.started_at or job.created_at, "{time}")))
    blocks.append(context(t.joined(stands)))
    buttons = job_buttons(job)
    if buttons and job.status is not JobStatus.EXPIRED:
        blocks.append(actions(*buttons, block_id=f"j{job.id}.{job.status}.actions"))
    return t.escape(f"{sheet.title} J{job.id}: {t.clip(title, 300)}"), blocks


def session_status(job: JobRecord) -> str:
    """The state of the agent session in Slack's words."""
    match job.status:
        case JobStatus.WAITING if job.wait_kind is WaitKind.PERSON:
            return "suspended"
        case JobStatus.QUEUED | JobStatus.RUNNING | JobStatus.WAITING:
            return "processing"
        case JobStatus.CANCELLED | JobStatus.EXPIRED:
            return "closed"
        case JobStatus.SUCCEEDED | JobStatus.FAILED | JobStatus.DEAD:
            return "active"


def session_title(sheet: Sheet) -> str:
    """At most 200 characters; counts when the session is made."""
    return t.clip(" ".join(sheet.job.summary.split()) or sheet.title, 200)
