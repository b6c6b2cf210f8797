"""Summarises a thread in sentences taken from it, each with a link to its message."""

from datetime import timedelta
from functools import partial

from pydantic import Field, TypeAdapter

from agents.core.contract import AgentSpec, Check, Lane, Record, Trigger
from agents.core.errors import InvalidInput
from agents.core.job import Job
from agents.core.links import Place, read_link
from agents.core.reasoning import Message, Reasoner, Summary
from agents.core.redaction import redact
from agents.tools.threads import read_thread

_EXAMPLE = "run summarise https://yourteam.slack.com/archives/C0123/p1700000000000100, or use it inside a thread"
_FEWEST = 3


class SummariseInput(Record):
    """Which thread: a link to one of its messages, or none for the thread the job was started in."""

    link: str = Field(default="", max_length=1_000)
    points: int = Field(default=5, ge=1, le=10)


class SummariseOutput(Record):
    """What was said. `coverage` is the share of the thread's content that the points hold, from 0 to 1."""

    messages: int
    points: list[str]
    links: list[str]
    coverage: float


async def run(job: Job, request: SummariseInput) -> SummariseOutput:
    """Reads for the person who asked, picks, and answers in the thread. Nothing is changed anywhere."""
    place = _place(job, request)
    await job.progress("Read the thread")
    read = await job.call(read_thread, channel=place.channel, ts=place.thread_ts, reader=job.requester)
    messages = TypeAdapter(list[Message]).validate_python(read.result)
    summary = await job.step(
        "pick the sentences", partial(job.port(Reasoner).summarise, messages, points=request.points), of=Summary
    )
    await job.reply(told(summary))
    return SummariseOutput(
        messages=summary.messages,
        points=[redact(point.text) for point in summary.points],
        links=[point.url or "" for point in summary.points],
        coverage=round(summary.confidence, 2),
    )


def told(summary: Summary) -> str:
    """The summary as a person reads it."""
    if summary.messages < _FEWEST or not summary.points:
        return f"There is not much to summarise: {summary.messages} message{'s' * (summary.messages != 1)}."
    head = f"{summary.messages} messages in {len(summary.points)} sentences, word for word"
    cut = "; the oldest ones were left out" if summary.cut else ""
    lines = [
        f"• {point.author}: {redact(point.text)}" + (f" ({point.url})" if point.url else "") for point in summary.points
    ]
    return "\n".join([f"{head}{cut}:", *lines])


def _place(job: Job, request: SummariseInput) -> Place:
    if request.link:
        place = read_link(request.link)
        if place is None:
            raise InvalidInput(f"This is no link to a message. Example: {_EXAMPLE}")
        return place
    source = job.source
    ts = source.thread_ts or source.ts
    if not source.channel or not ts:
        raise InvalidInput(f"Which thread? Give a link to one of its messages. Example: {_EXAMPLE}")
    return Place(channel=source.channel, ts=ts, thread_ts=ts)


def from_text(text: str) -> SummariseInput:
    """A link, or nothing for the thread at hand."""
    return SummariseInput(link=text.strip())


summarise = AgentSpec(
    name="summarise",
    title="Thread summary",
    purpose="Says in a few sentences, taken word for word, what a thread holds, each with a link to its message.",
    version="1",
    owner="operations lead",
    input=SummariseInput,
    output=SummariseOutput,
    run=run,
    tools=(read_thread,),
    triggers=frozenset({Trigger.COMMAND, Trigger.SHORTCUT, Trigger.JOB}),
    lane=Lane.FAST,
    deadline=timedelta(minutes=15),
    evidence=("a link to the message of each sentence",),
    checks=(
        Check(says="every sentence stands in the message it names"),
        Check(says="each sentence names its message", holds=lambda _, made: len(made.points) == len(made.links)),
    ),
    failure="The person who asked is told why; nothing was changed.",
    summary=lambda request: f"Summarise {request.link or 'this thread'}"[:80],
    from_text=from_text,
    from_message=lambda _: SummariseInput(),
)
