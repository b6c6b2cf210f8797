"""The default `Reasoner`: classifies with a small trained model, the rest by rules. No key, no network.

Training and answering run in a thread; the libraries for them are imported there, at the first question.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.core.errors import InvalidInput, Misconfigured
from agents.core.reasoning import (
    Classification,
    Draft,
    DraftRequest,
    Example,
    ExampleBook,
    Extraction,
    Field,
    Message,
    Summary,
)
from agents.reasoning.drafting import draft_from
from agents.reasoning.examples import OTHER, PRIORITY, QUEUE, examples_for, read_examples
from agents.reasoning.features import Signals
from agents.reasoning.fields import find_fields
from agents.reasoning.signals import urgency_signals
from agents.reasoning.summary import summarise

if TYPE_CHECKING:
    from agents.reasoning.model import Model

log = logging.getLogger(__name__)

MOST_LEARNED = 2_500
"""Lessons a model is trained on, the newest first; older ones have had their time."""

_LESSONS_PER_TRAINING = 50
"""With n lessons known, a new training waits for n/50 further ones: the more is known, the less one more teaches."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing to classify by. `target` is the precision that answers given alone must keep."""

    name: str
    rows: tuple[Example, ...]
    off_topic: str | None = None
    signals: Signals | None = None
    target: float = 0.95


class LocalReasoner:
    """Answers from known examples. `cache` is a folder for trained models; without one each start trains again."""

    def __init__(self, tasks: Sequence[Task], *, cache: Path | None = None) -> None:
        self._tasks: Mapping[str, Task] = {task.name: task for task in tasks}
        self._cache = cache
        self._models: dict[str, tuple[Model, int]] = {}
        self._training = {task.name: asyncio.Lock() for task in tasks}

    async def classify(self, text: str, *, task: str, learned: Sequence[Example] = ()) -> Classification:
        """The label of a text; see `agents.core.reasoning.Classification`."""
        known = self._task(task)
        model = await self._model(known, learned)
        return await asyncio.to_thread(model.answer, text, known.signals)

    async def extract(self, text: str, *, fields: Sequence[Field]) -> Extraction:
        """Candidates for each field, by patterns and the words beside them."""
        return await asyncio.to_thread(find_fields, text, tuple(fields))

    async def draft(self, request: DraftRequest) -> Draft:
        """An answer made of sentences from the sources, word for word."""
        return await asyncio.to_thread(draft_from, request)

    async def summarise(self, messages: Sequence[Message], *, points: int = 5) -> Summary:
        """The sentences that say most, each with the message it is from."""
        return await asyncio.to_thread(summarise, tuple(messages), points)

    async def prepare(self, book: ExampleBook) -> None:
        """Loads or trains every model before the first question comes."""
        for name, task in self._tasks.items():
            await self._model(task, await book.learned(name))

    async def model(self, task: str, *, learned: Sequence[Example] = ()) -> "Model":
        """The trained model of a task, for those who want to see its quality."""
        return await self._model(self._task(task), learned)

    def _task(self, name: str) -> Task:
        if name not in self._tasks:
            known = ", ".join(sorted(self._tasks)) or "none"
            raise InvalidInput(f"This bot has not learned to tell {name}. It knows: {known}.")
        return self._tasks[name]

    async def _model(self, task: Task, learned: Sequence[Example]) -> "Model":
        async with self._training[task.name]:
            held = self._models.get(task.name)
            if held is not None and not _worth_training(held[1], len(learned)):
                return held[0]
            model = await asyncio.to_thread(_load_or_fit, task, tuple(learned), self._cache)
            self._models[task.name] = (model, len(learned))
            return model


def default_tasks(*, target: float = 0.95, examples: Path | None = None) -> tuple[Task, ...]:
    """Queue and priority of support tickets, from our examples or a team's own file. A file that says nothing about
    priority leaves that to our examples. Raises `Misconfigured` for a file that cannot teach."""
    rows = read_examples(examples)
    queues = examples_for(QUEUE, rows)
    if len({row.label for row in queues}) < 2:
        raise Misconfigured(f"{examples} names fewer than two queues, so there is nothing to tell apart.")
    urgency = examples_for(PRIORITY, rows) or examples_for(PRIORITY, read_examples())
    return (
        Task(name=QUEUE, rows=queues, off_topic=OTHER, target=target),
        Task(name=PRIORITY, rows=urgency, signals=urgency_signals, target=target),
    )


def merge_examples(seed: Sequence[Example], learned: Sequence[Example]) -> tuple[Example, ...]:
    """Seed and lessons as one training set. What people taught last about a text replaces all that was known of it."""
    kept: dict[str, list[Example]] = {}
    for example in seed:
        kept.setdefault(_same(example.text), []).append(example)
    taught: dict[str, list[Example]] = {}
    for example in learned[-MOST_LEARNED:]:
        key = _same(example.text)
        held = [] if not example.wrong else [other for other in taught.get(key, []) if other.label != example.label]
        taught[key] = [*held, example]
    kept.update(taught)
    return tuple(example for same in kept.values() for example in same)


def _same(text: str) -> str:
    return " ".join(text.casefold().split())


def _worth_training(learned_then: int, learned_now: int) -> bool:
    return abs(learned_now - learned_then) >= max(1, learned_then // _LESSONS_PER_TRAINING)


def _load_or_fit(task: Task, learned: tuple[Example, ...], cache: Path | None) -> "Model":
    from agents.reasoning.modelfile import load_model, save_model  # numpy and scipy take their time to import
    from agents.reasoning.training import fit, version_of

    rows = merge_examples(task.rows, learned)
    version = version_of(rows, target=task.target, off_topic=task.off_topic, name=task.name)
    known = load_model(cache, version, rows) if cache else None
    if known is not None:
        return known
    model = fit(rows, target=task.target, off_topic=task.off_topic, signals=task.signals, name=task.name)
    if cache:
        try:
            save_model(cache, model)
        except OSError as error:
            log.warning("A trained model could not be kept: %s", error, extra={"event": "model.not_kept"})
    return model
