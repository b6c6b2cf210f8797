"""“stop” said in words: in a thread, in a direct message, or with Slack's own button."""

import re
from collections.abc import Sequence

from agents.core.errors import CalmopsError
from agents.core.people import Person
from agents.core.records import JobRecord
from agents.core.status import JobStatus
from handlers import operations
from handlers.blocks import text as t
from handlers.deps import Deps
from handlers.errors import sentence_for
from handlers.replies import Reply
from handlers.steps import step_words
from storage import journal, threads
from storage.store import Tx

WORDS = frozenset({"stop", "cancel"})
SKEW = 2.0
"""Seconds by which our clock may be behind the message's own time."""


def is_stop(text: str) -> bool:
    """Only the word alone: “stop the invoice run” is no stop."""
    return re.sub(r"[\s.!]+", "", text).casefold() in WORDS


def candidates(tx: Tx, person: Person, *, channel: str, thread_ts: str | None, said_at: float) -> Sequence[JobRecord]:
    """The jobs that a stop here may mean: of the thread; of this person where there is no thread. Never newer ones than
    the stop itself."""
    before = said_at + SKEW
    if thread_ts is not None:
        return threads.open_jobs(tx, channel=channel, thread_ts=thread_ts, before=before)
    return threads.open_jobs(tx, channel=channel, requester=person.id, before=before)


def stop(tx: Tx, deps: Deps, person: Person, found: Sequence[JobRecord]) -> Reply:
    """Stops the one job there is; with several asks which."""
    if not found:
        return Reply(text=t.mrkdwn("Nothing that could be stopped runs here."))
    if len(found) > 1:
        lines = [t.mrkdwn("• `/ops stop J{}`  {}", str(job.id), t.clip(job.summary, 120)) for job in found]
        return Reply(text=t.Mrkdwn("\n".join([t.mrkdwn("Which one?"), *lines])))
    try:
        with tx.attempt():
            job = operations.cancel(tx, deps.policy(), found[0].id, person, reason="stopped in its thread")
    except CalmopsError as error:
        return Reply(text=sentence_for(error, person.id))
    return Reply(text=stopped(job, step_words(journal.steps_of(tx, job.id), deps.registry.find(job.agent))))


def stopped(job: JobRecord, steps: Sequence[str]) -> t.Mrkdwn:
    """`Stopped J5 after 2 steps.`"""
    after = f" after {t.count(len(steps), 'step')}" if steps else " before it began"
    if job.status is JobStatus.CANCELLED:
        return t.mrkdwn("Stopped J{}{}. `/ops job J{}` shows what was done.", str(job.id), after, str(job.id))
    return t.mrkdwn("J{} stops at its next step. `/ops job J{}` shows what was done.", str(job.id), str(job.id))
