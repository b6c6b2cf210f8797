"""Measures summaries on conversations that people summarised: what they share with the people's words, and where they look.

Each figure stands beside what sentences drawn by chance get on the same conversations, since long talk has much in common
with any summary of it.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.core.errors import InvalidInput
from agents.core.reasoning import Message
from agents.reasoning.sentences import sentences_of, stems_of
from agents.reasoning.summary import MODEL, summarise

POINTS = 5
DRAWS = 20
"""How often chance may try on each conversation; the mean counts."""

_FORM = '{"messages": [{"author": "...", "text": "..."}], "summary": "..."}'


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """What was said, what people made of it, and the topics as ranges of messages, both ends included."""

    messages: tuple[Message, ...]
    summary: str
    topics: tuple[tuple[tuple[int, int], ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Means over all conversations, from 0 to 1. `precision` and `recall` count word stems shared with the people's summary
    (ROUGE-1 on stems without function words); `topics` is the share of topics from which at least one sentence comes, None
    where no topics are marked."""

    precision: float
    recall: float
    topics: float | None

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, kw_only=True)
class SummaryReport:
    """The summaries' scores and those of chance."""

    agent: str
    data: str
    conversations: int
    messages: int
    points: int
    scores: Scores
    chance: Scores
    model: str
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """The report as plain values, F1 included."""
        return {
            **asdict(self),
            "scores": {**asdict(self.scores), "f1": self.scores.f1},
            "chance": {**asdict(self.chance), "f1": self.chance.f1},
        }

    def to_text(self) -> str:
        """The report in lines for a terminal."""
        rows = [("precision", "precision"), ("recall", "recall"), ("f1", "F1"), ("topics", "topics touched")]
        lines = [
            f"{self.agent} on {self.data}",
            f"  {self.conversations} conversations, {self.messages} messages, {self.points} sentences each; none is trained on",
            "",
            f"  {'words shared with people':<26}  ours   chance",
        ]
        for name, title in rows:
            ours, chance = getattr(self.scores, name), getattr(self.chance, name)
            if ours is not None and chance is not None:
                lines.append(f"    {title:<24}  {ours:>5.1%}  {chance:>5.1%}")
        return "\n".join([*lines, f"  model {self.model}, {self.seconds:.0f} s"])


def evaluate_summaries(path: Path, *, seed: int = 0, points: int = POINTS, timer: Callable[[], float]) -> SummaryReport:
    """Measures on a file, or on every .json and .jsonl file below a folder. Raises `InvalidInput`."""
    begun = timer()
    found = [one for file in _files(path) for one in read_conversations(file)]
    chance = random.Random(seed)
    ours, drawn = [], []
    for conversation in found:
        chosen = [(point.text, point.message) for point in summarise(conversation.messages, points).points]
        ours.append(score(conversation, chosen))
        said = [(text, at) for at, one in enumerate(conversation.messages) for text in sentences_of(one.text)]
        drawn += [score(conversation, chance.sample(said, min(len(chosen), len(said)))) for _ in range(DRAWS)]
    return SummaryReport(
        agent="summarise",
        data=str(path),
        conversations=len(found),
        messages=sum(len(one.messages) for one in found),
        points=points,
        scores=_mean(ours),
        chance=_mean(drawn),
        model=MODEL,
        seconds=timer() - begun,
    )


def score(conversation: Conversation, chosen: Sequence[tuple[str, int]]) -> Scores:
    """One summary, given as sentences with the number of the message each comes from."""
    ours = Counter(stem for text, _ in chosen for stem in stems_of(text))
    theirs = Counter(stems_of(conversation.summary))
    shared = (ours & theirs).total()
    touched = [any(first <= at <= last for first, last in topic for _, at in chosen) for topic in conversation.topics]
    return Scores(
        precision=shared / max(1, ours.total()),
        recall=shared / max(1, theirs.total()),
        topics=sum(touched) / len(touched) if touched else None,
    )


def read_conversations(path: Path) -> list[Conversation]:
    """The conversations of a file: one object, a list of objects, or an object a line. Besides our own form that of QMSum is
    read (`meeting_transcripts`, `general_query_list`, `topic_list`). Raises `InvalidInput`."""
    try:
        text = path.read_text(encoding="utf-8")
        parsed = [json.loads(line) for line in text.splitlines() if line.strip()] if path.suffix == ".jsonl" else None
        given = json.loads(text) if parsed is None else parsed
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}.") from error
    try:
        return [_conversation(one) for one in (given if isinstance(given, list) else [given])]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise InvalidInput(f"{path.name} is no conversation with a summary. One looks like {_FORM}") from error


def _conversation(given: dict[str, Any]) -> Conversation:
    if "meeting_transcripts" in given:
        spans = ([(int(a), int(b)) for a, b in topic["relevant_text_span"]] for topic in given["topic_list"])
        return Conversation(
            messages=_messages((turn["speaker"], turn["content"]) for turn in given["meeting_transcripts"]),
            summary=str(given["general_query_list"][0]["answer"]),
            topics=tuple(tuple(span) for span in spans),
        )
    return Conversation(
        messages=_messages((one.get("author", ""), one["text"]) for one in given["messages"]),
        summary=str(given["summary"]),
    )


def _messages(said: Iterable[tuple[Any, Any]]) -> tuple[Message, ...]:
    return tuple(Message(author=str(author), text=str(text)) for author, text in said)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.suffix in (".json", ".jsonl"))
        if not found:
            raise InvalidInput(f"There is no .json or .jsonl file below {path}.")
        return found
    if not path.is_file():
        raise InvalidInput(f"There is no file {path}. Give conversations with their summaries: {_FORM}")
    return [path]


def _mean(scores: Sequence[Scores]) -> Scores:
    if not scores:
        raise InvalidInput(f"There is no conversation to measure on. One looks like {_FORM}")
    topics = [one.topics for one in scores if one.topics is not None]
    return Scores(
        precision=sum(one.precision for one in scores) / len(scores),
        recall=sum(one.recall for one in scores) / len(scores),
        topics=sum(topics) / len(topics) if topics else None,
    )
