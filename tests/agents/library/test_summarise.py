"""Summaries of threads, for people who may read them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from agents.core.conversations import Conversations
from agents.core.errors import InvalidInput, NotAllowed
from agents.core.ids import PersonId
from agents.core.job import Source
from agents.core.reasoning import Message, Reasoner
from agents.library.summarise import SummariseInput, from_text, run
from agents.reasoning.local import LocalReasoner
from tests.agents.scripted_job import CHO, ScriptedJob

LINK = "https://calm.slack.com/archives/C0SUPPORT/p1767225600000100"
SAID = (
    Message(author="ana", text="The nightly export to the warehouse failed again. Does anyone know why?", url=LINK),
    Message(author="bo", text="good morning"),
    Message(author="cho", text="The warehouse export failed because the disk of the export server was full."),
    Message(
        author="dee", text="The admin password is Sommer2024! for the export server disk, we decided to change it."
    ),
)


@dataclass
class Slack:
    """Answers as the edge would."""

    messages: Sequence[Message] = SAID
    members: frozenset[str] = frozenset({CHO})
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def thread(self, channel: str, ts: str, *, limit: int = 500) -> Sequence[Message]:
        self.asked.append((channel, ts))
        return self.messages

    async def may_read(self, person: PersonId, channel: str) -> bool:
        return person in self.members


def job(slack: Slack, **rest: object) -> ScriptedJob:
    return ScriptedJob(ports={Conversations: slack, Reasoner: LocalReasoner([])}, **rest)  # type: ignore[arg-type]


async def test_every_sentence_is_quoted_with_its_link() -> None:
    slack = Slack()
    asked = job(slack)

    told = await run(asked, SummariseInput(points=3))

    assert slack.asked == [("C0SUPPORT", "1767225600.000100")]
    assert told.messages == 4
    assert told.points[0].startswith("The nightly export")
    assert told.links[0] == LINK
    assert LINK in asked.replies[0]
    assert "good morning" not in asked.replies[0]
    assert asked.asked == []


async def test_secrets_said_in_a_thread_are_not_said_again() -> None:
    asked = job(Slack())

    told = await run(asked, SummariseInput(points=10))

    assert "Sommer2024" not in asked.replies[0] + repr(told)


async def test_link_to_an_answer_reads_its_thread() -> None:
    slack = Slack()

    await run(job(slack), from_text(f"{LINK[:-6]}000900?thread_ts=1767225600.000100&cid=C0SUPPORT"))

    assert slack.asked == [("C0SUPPORT", "1767225600.000100")]


async def test_nobody_reads_through_the_bot_what_they_cannot_read() -> None:
    slack = Slack(members=frozenset())
    asked = job(slack)

    with pytest.raises(NotAllowed, match="not in that channel"):
        await run(asked, SummariseInput(link=LINK))

    assert (slack.asked, asked.replies) == ([], [])


async def test_short_thread_is_not_dressed_up() -> None:
    asked = job(Slack(messages=SAID[:1]))

    await run(asked, SummariseInput())

    assert asked.replies == ["There is not much to summarise: 1 message."]


@pytest.mark.parametrize(
    ("request_", "source"),
    [(SummariseInput(link="the thread above"), Source()), (SummariseInput(), Source(channel="C0SUPPORT"))],
)
async def test_missing_place_is_explained_with_an_example(request_: SummariseInput, source: Source) -> None:
    with pytest.raises(InvalidInput, match="Example: run summarise https"):
        await run(job(Slack(), source=source), request_)
