"""Measures the classifier behind an agent on labelled data: what it would do alone, how rightly, what it would ask.

The threshold comes from the training rows alone (out-of-fold); the rows it is then measured on had no say in it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from agents.core.errors import InvalidInput
from agents.core.reasoning import Example
from agents.reasoning.calibration import calibration_error
from agents.reasoning.datasets import Labelled, read_dataset
from agents.reasoning.evaluate_matches import MatchReport, evaluate_matches
from agents.reasoning.evaluate_summaries import SummaryReport, evaluate_summaries
from agents.reasoning.examples import OTHER, QUEUE, Row, examples_for, read_examples
from agents.reasoning.model import Model
from agents.reasoning.report import Confusion, Report
from agents.reasoning.splits import divide
from agents.reasoning.training import fit

PER_CLASS = 20
_SHOWN_CONFUSIONS = 5

Timer = Callable[[], float]


def evaluate_agent(
    agent: str, path: Path | None, *, timer: Timer, **options: Any
) -> Report | MatchReport | SummaryReport:
    """Measures an agent: `triage` on a labelled file or, without one, on our own examples; `duplicates` on a table of
    records; `summarise` on conversations that people summarised. `options` are those of the functions that do it.
    Raises `InvalidInput`."""
    if agent == "duplicates":
        if path is None:
            raise InvalidInput("Which records? Give a table with --data FILE.csv; its first column names the record.")
        return evaluate_matches(path, timer=timer)
    if agent == "summarise":
        if path is None:
            raise InvalidInput("Which conversations? Give a file or folder of them, with their summaries, with --data.")
        return evaluate_summaries(path, timer=timer, **{name: options[name] for name in ("seed",) if name in options})
    if agent != "triage":
        raise InvalidInput(f"I cannot measure {agent}. I can measure: triage, duplicates, summarise.")
    if path is None:
        return evaluate_own(
            agent, timer=timer, **{name: options[name] for name in ("seed", "target") if name in options}
        )
    return evaluate_file(agent, path, timer=timer, **options)


def evaluate_file(
    agent: str,
    path: Path,
    *,
    per_class: int = PER_CLASS,
    seed: int = 0,
    target: float = 0.95,
    off_topic: str | None = None,
    text: str | None = None,
    label: str | None = None,
    timer: Timer,
) -> Report:
    """Trains the agent's classifier on a part of the file's rows and measures it on others.

    Data without off-topic rows borrows our own: half are trained on, the other half measured. Raises `InvalidInput`.
    """
    begun = timer()
    _check(per_class, target)
    data = read_dataset(path, text=text, label=label)
    split = divide(data, per_class=per_class, seed=seed, off_topic=off_topic)
    outside = split.off_topic
    notes: tuple[str, ...] = ()
    train, test = list(split.train), list(split.test)
    if outside is None:
        outside = OTHER
        ours = [row.text for row in read_examples() if row.queue == OTHER and not row.cue]
        train += [Labelled(text=said, label=outside, row=0) for said in ours[::2]]
        test += [Labelled(text=said, label=outside, row=0) for said in ours[1::2]]
        notes = (f"the data has no off-topic rows; {len(ours)} of our own examples were added, half on each side",)
    model = fit(_examples(train), target=target, off_topic=outside, name=data.name, seed=seed)
    return _measure(
        model,
        test,
        agent=agent,
        data=str(path),
        how=split.how,
        seed=seed,
        trained=len(train),
        skipped=data.skipped,
        doubles=data.doubles,
        notes=notes,
        seconds=lambda: timer() - begun,
    )


def evaluate_own(
    agent: str, *, rows: Sequence[Row] | None = None, folds: int = 5, seed: int = 0, target: float = 0.95, timer: Timer
) -> Report:
    """Measures on the agent's own examples: each fifth by a model trained, and its threshold set, on the rest."""
    begun = timer()
    _check(PER_CLASS, target)
    known = examples_for(QUEUE, read_examples() if rows is None else rows)
    cues = [example for example in known if example.cue]
    texts = [example for example in known if not example.cue]
    order = np.random.default_rng(seed).permutation(len(texts))
    parts: list[Report] = []
    for fold in range(folds):
        held = set(order[fold::folds].tolist())
        taught = [example for number, example in enumerate(texts) if number not in held] + cues
        model = fit(taught, target=target, off_topic=OTHER, name=QUEUE, seed=seed)
        test = [Labelled(text=texts[i].text, label=texts[i].label, row=i + 1) for i in sorted(held)]
        how = f"{folds} rounds, each measured on a part the model has not seen, with {len(cues)} phrases beside"
        parts.append(
            _measure(
                model, test, agent=agent, data="our own examples", how=how, seed=seed, trained=len(taught),
                skipped=0, doubles=0, notes=(), seconds=lambda: timer() - begun,
            )
        )  # fmt: skip
    return _together(parts)


def _examples(rows: Sequence[Labelled]) -> list[Example]:
    return [Example(text=row.text, label=row.label) for row in rows]


def _check(per_class: int, target: float) -> None:
    if not 2 <= per_class <= 1_000:
        raise InvalidInput(f"Rows a label must be 2 to 1000, not {per_class}.")
    if not 0.5 <= target < 1:
        raise InvalidInput(f"The precision target is a share from 0.5 up to, not including, 1; {target} is not.")


def _measure(
    model: Model,
    test: Sequence[Labelled],
    *,
    agent: str,
    data: str,
    how: str,
    seed: int,
    trained: int,
    skipped: int,
    doubles: int,
    notes: tuple[str, ...],
    seconds: Timer,
) -> Report:
    answers = [(row, model.answer(row.text)) for row in test]
    right = np.array([answer.label == row.label for row, answer in answers], dtype=np.bool_)
    confidence = np.array([answer.confidence for _, answer in answers])
    alone = np.array([answer.sure for _, answer in answers], dtype=np.bool_)
    outside = np.array([row.label == model.off_topic for row in test], dtype=np.bool_)
    mistaken = Counter((row.label, answer.label) for row, answer in answers if row.label != answer.label)
    return Report(
        agent=agent,
        data=data,
        how=how,
        seed=seed,
        labels=len(model.labels) - (model.off_topic in model.labels),
        trained=trained,
        tested=len(test),
        skipped=skipped,
        doubles=doubles,
        accuracy=float(right.mean()),
        calibration_error=calibration_error(confidence, right),
        target=model.target,
        threshold=model.threshold,
        handled=int(alone.sum()),
        right=int((alone & right).sum()),
        off_topic=model.off_topic,
        off_topic_tested=int(outside.sum()),
        off_topic_escalated=int((outside & ~alone).sum()) if outside.any() else None,
        confused=tuple(
            Confusion(truth=truth, guess=guess, times=times)
            for (truth, guess), times in mistaken.most_common(_SHOWN_CONFUSIONS)
        ),
        model=model.version,
        seconds=seconds(),
        notes=notes,
    )


def _together(parts: Sequence[Report]) -> Report:
    """One report of several rounds: counts are added, shares weighed by the rows they rest on."""
    tested = sum(part.tested for part in parts)
    confused: Counter[tuple[str, str]] = Counter()
    for part in parts:
        confused.update({(pair.truth, pair.guess): pair.times for pair in part.confused})
    thresholds = [part.threshold for part in parts if part.threshold is not None]
    last = parts[-1]
    return Report(
        agent=last.agent,
        data=last.data,
        how=last.how,
        seed=last.seed,
        labels=last.labels,
        trained=round(sum(part.trained for part in parts) / len(parts)),
        tested=tested,
        skipped=0,
        doubles=0,
        accuracy=sum(part.accuracy * part.tested for part in parts) / tested,
        calibration_error=sum(part.calibration_error * part.tested for part in parts) / tested,
        target=last.target,
        threshold=sum(thresholds) / len(thresholds) if thresholds else None,
        handled=sum(part.handled for part in parts),
        right=sum(part.right for part in parts),
        off_topic=last.off_topic,
        off_topic_tested=sum(part.off_topic_tested for part in parts),
        off_topic_escalated=sum(part.off_topic_escalated or 0 for part in parts),
        confused=tuple(
            Confusion(truth=truth, guess=guess, times=times)
            for (truth, guess), times in confused.most_common(_SHOWN_CONFUSIONS)
        ),
        model=f"{len(parts)} models",
        seconds=last.seconds,
        notes=("the threshold is the mean over the rounds",),
    )
