"""The `Reasoner` port: the four things an agent may have thought out for it, and the typed answers.

Every answer carries a confidence between 0 and 1 and the evidence it used. A confidence is a promise about how often
answers like this one are right, so an implementation has to calibrate it. Nothing here acts: the agent decides, the job
calls.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from agents.core.job import Evidence

MAX_TEXT = 40_000
"""Characters of one text that a reasoner looks at; Slack's longest message. The rest is ignored and `cut` says so."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A text with the answer that is known for it.

    `weight` 1 is one opinion. `wrong` says the text does *not* have this label: what a rejection teaches. `ref` names
    the ticket it came from; `cue` marks a phrase that helps to learn and never counts when quality is measured.
    """

    text: str
    label: str
    weight: float = 1.0
    wrong: bool = False
    ref: str = ""
    cue: bool = False


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One label and its calibrated probability."""

    label: str
    probability: float


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word of the text and how much it spoke for the chosen label (above 0) or for the runner-up (below 0)."""

    text: str
    weight: float


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A known example near the text; `similarity` is a cosine from 0 to 1."""

    text: str
    label: str
    similarity: float
    ref: str = ""


@dataclass(frozen=True, kw_only=True)
class Classification:
    """Which label a text has. `ranking` holds every label, best first.

    `threshold` is the confidence from which answers reached the precision target on texts never trained on; None when
    no confidence does. `off_topic` marks a text that belongs to none of the real labels. `model` names the version.
    """

    label: str
    confidence: float
    ranking: tuple[Scored, ...]
    threshold: float | None
    target: float
    off_topic: bool
    words: tuple[Word, ...]
    nearest: tuple[Neighbour, ...]
    model: str

    @property
    def sure(self) -> bool:
        """Whether the precision target allows to act on this answer alone."""
        return self.threshold is not None and self.confidence >= self.threshold and not self.off_topic

    @property
    def runner_up(self) -> Scored | None:
        """The second best label."""
        return self.ranking[1] if len(self.ranking) > 1 else None

    def near_tie(self, margin: float = 0.15) -> bool:
        """Whether the best two labels are closer than `margin`."""
        return self.runner_up is not None and self.confidence - self.runner_up.probability < margin

    def probability(self, *labels: str) -> float:
        """The probability of any of these labels."""
        return sum(scored.probability for scored in self.ranking if scored.label in labels)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One possible value of a field. `value` has normal form (ISO date, plain decimal), `quote` is its line."""

    value: str
    quote: str
    line: int
    confidence: float
    why: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """Something to look for in a text. `kind` is a kind the reasoner knows; `words` are what stands next to it."""

    name: str
    kind: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """The candidates for each field asked for, best first; an empty tuple is a field that was not found."""

    fields: dict[str, tuple[Candidate, ...]]

    def best(self, name: str) -> Candidate | None:
        """The best candidate of a field, or None."""
        found = self.fields.get(name, ())
        return found[0] if found else None


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A piece of a known source that a draft may use."""

    ref: str
    title: str
    text: str
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message of a thread or a meeting. `at` is seconds since 1970, 0 when unknown; `url` is its permanent link."""

    author: str
    text: str
    at: float = 0.0
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class DraftRequest:
    """What to write: an answer to `question`, in the course of `thread`, from `passages` and nothing else."""

    question: str
    subject: str = ""
    thread: tuple[Message, ...] = ()
    passages: tuple[Passage, ...] = ()
    to: str = ""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A text for a person to check, made from `sources`; `missing` says what could not be answered from them."""

    text: str
    confidence: float
    sources: tuple[Passage, ...]
    missing: tuple[str, ...] = ()
    model: str = ""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One sentence of a summary and the message it was taken from."""

    text: str
    message: int
    author: str
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The sentences that carry a thread, in their own order. `confidence` is the share of its content they cover."""

    points: tuple[Point, ...]
    confidence: float
    messages: int
    cut: bool = False
    model: str = ""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What a person's decision teaches. `key` makes it count once, however often the step is repeated."""

    key: str
    task: str
    example: Example
    by: str = ""


class ExampleBook(Protocol):
    """The bot's own memory of what people decided; not a system outside."""

    async def learned(self, task: str) -> tuple[Example, ...]:
        """Everything learned for a task, oldest first."""
        ...

    async def remember(self, lessons: Sequence[Lesson]) -> None:
        """Keeps lessons; one whose key is known is ignored."""
        ...


class Reasoner(Protocol):
    """Thinks, never acts. Raises `InvalidInput` for an unknown task or field, `Transient` when it may work later."""

    async def classify(self, text: str, *, task: str, learned: Sequence[Example] = ()) -> Classification: ...

    async def extract(self, text: str, *, fields: Sequence[Field]) -> Extraction: ...

    async def draft(self, request: DraftRequest) -> Draft: ...

    async def summarise(self, messages: Sequence[Message], *, points: int = 5) -> Summary: ...


def evidence_of(answer: Classification, *, examples: int = 3, words: int = 6) -> tuple[Evidence, ...]:
    """A classification's evidence as a card shows it: probabilities, nearest known tickets, deciding words."""
    ranking = ", ".join(f"{scored.label} {scored.probability:.0%}" for scored in answer.ranking[:3])
    shown = [Evidence(label="Confidence", text=ranking)]
    shown += [
        Evidence(
            label=f"Like {near.ref or 'a known ticket'} ({near.label}, similarity {near.similarity:.0%})",
            text=_short(near.text),
        )
        for near in answer.nearest[:examples]
    ]
    if answer.words:
        listed = ", ".join(f"{word.text} {word.weight:+.1f}" for word in answer.words[:words])
        shown.append(Evidence(label="Words that decided", text=listed))
    return tuple(shown)


def _short(text: str, limit: int = 160) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
