"""Fits the text classifier: TF-IDF and logistic regression, calibrated on predictions for texts it had not seen.

The regression is solved in the space of the examples instead of the space of the features: with an L2 penalty the
solution is the same, and a thousand examples take a second.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags

from agents.core.canonical import sha256
from agents.core.errors import InvalidInput
from agents.core.reasoning import Example
from agents.reasoning.calibration import Floats, Ints, calibration_error, find_threshold, fit_temperature, softmax
from agents.reasoning.features import Signals, features_of
from agents.reasoning.model import Model, Quality

CODE_VERSION = "1"
"""Grows whenever features, fitting or calibration change, so that no model file outlives the code that made it."""

_STRENGTH = 10.0
_FOLDS = 5
_DENSE_ROWS = 4_000
_ABSENT = -30.0


def version_of(rows: Sequence[Example], *, target: float, off_topic: str | None, name: str) -> str:
    """The name of the model that these rows give: a hash of the data, the settings and the code's version."""
    data = [[row.text, row.label, row.weight, row.wrong, row.cue] for row in rows]
    return sha256({"code": CODE_VERSION, "name": name, "target": target, "off_topic": off_topic, "rows": data})[:16]


def fit(
    rows: Sequence[Example],
    *,
    target: float = 0.95,
    off_topic: str | None = None,
    signals: Signals | None = None,
    name: str = "",
    seed: int = 0,
) -> Model:
    """Trains on `rows`. Raises `InvalidInput` unless at least two labels have two examples each."""
    from threadpoolctl import threadpool_limits

    # On matrices this small the numeric library's threads mostly wait for each other: eight times the processor time on
    # a busy machine, and no gain on a quiet one.
    with threadpool_limits(limits=1):
        return _fit(rows, target=target, off_topic=off_topic, signals=signals, name=name, seed=seed)


def _fit(
    rows: Sequence[Example], *, target: float, off_topic: str | None, signals: Signals | None, name: str, seed: int
) -> Model:
    version = version_of(rows, target=target, off_topic=off_topic, name=name)
    labels = tuple(sorted({row.label for row in rows if not row.wrong}))
    counted = [sum(1 for row in rows if row.label == label and not row.wrong) for label in labels]
    if sum(count >= 2 for count in counted) < 2:
        raise InvalidInput("A classifier needs at least two labels with two examples each.")
    columns, matrix, idf = _vectors([row.text for row in rows], signals)
    index, truth, weight = _opinions(rows, labels)
    space, back = _example_space(matrix)
    scores, measured = _out_of_fold(space, rows, index, truth, weight, len(labels), seed)
    facts = np.array([labels.index(rows[i].label) for i in measured], dtype=np.int64)
    temperature = fit_temperature(scores, facts)
    threshold, quality = _quality(softmax(scores / temperature), facts, labels, target, off_topic)
    coefficients, bias = _regress(space[index], truth, weight, len(labels))
    return Model(
        version=version,
        labels=labels,
        off_topic=off_topic,
        target=target,
        columns=columns,
        idf=idf,
        weights=np.asarray(back(coefficients), dtype=np.float32),
        bias=bias,
        temperature=temperature,
        threshold=threshold,
        quality=quality,
        rows=tuple(rows),
        row_starts=matrix.indptr.astype(np.int64),
        row_columns=matrix.indices.astype(np.int32),
        row_values=matrix.data.astype(np.float32),
    )


def _vectors(texts: Sequence[str], signals: Signals | None) -> tuple[dict[str, int], csr_matrix, Floats]:
    """The columns of all features, the normalised TF-IDF matrix, and the weights, that of an unseen feature last."""
    columns: dict[str, int] = {}
    indices: list[int] = []
    starts = [0]
    for text in texts:
        found = dict.fromkeys(columns.setdefault(name, len(columns)) for name, _ in features_of(text, signals))
        indices.extend(found)
        starts.append(len(indices))
    seen_in = np.bincount(np.array(indices, dtype=np.int64), minlength=len(columns))
    idf = np.log((1 + len(texts)) / (1 + np.append(seen_in, 0))) + 1
    ones = np.ones(len(indices))
    matrix = csr_matrix((ones, np.array(indices), np.array(starts)), shape=(len(texts), len(columns)))
    weighted = matrix.multiply(idf[:-1]).tocsr()
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return columns, (diags(1 / np.maximum(length, 1e-12)) @ weighted).tocsr(), idf


def _opinions(rows: Sequence[Example], labels: tuple[str, ...]) -> tuple[Ints, Ints, Floats]:
    """Who says what with which weight: (row, label, weight). A "wrong" row speaks a little for every other label."""
    said: list[tuple[int, int, float]] = []
    for number, row in enumerate(rows):
        if not row.wrong:
            said.append((number, labels.index(row.label), row.weight))
            continue
        others = [i for i, label in enumerate(labels) if label != row.label]
        said.extend((number, other, row.weight / len(others)) for other in others)
    return (
        np.array([row for row, _, _ in said], dtype=np.int64),
        np.array([label for _, label, _ in said], dtype=np.int64),
        np.array([weight for _, _, weight in said], dtype=np.float64),
    )


def _example_space(matrix: csr_matrix) -> tuple[Any, Callable[[Floats], Any]]:
    """The examples in at most as many dimensions as there are examples, and the way back to features."""
    if matrix.shape[0] > _DENSE_ROWS:
        return matrix, lambda coefficients: coefficients
    values, vectors = np.linalg.eigh((matrix @ matrix.T).toarray())
    kept = values > values.max() * 1e-9
    scale = np.sqrt(values[kept])
    directions = vectors[:, kept]

    def back(coefficients: Floats) -> Any:
        return ((coefficients / scale) @ directions.T) @ matrix

    return directions * scale, back


def _out_of_fold(
    space: Any, rows: Sequence[Example], index: Ints, truth: Ints, weight: Floats, labels: int, seed: int
) -> tuple[Floats, list[int]]:
    """Scores for every example that counts, each from a model that was trained without it."""
    folds = _fold_of(rows, seed)
    measured = [number for number in range(len(rows)) if folds[number] >= 0]
    scores = np.zeros((len(rows), labels))
    for fold in range(_FOLDS):
        held = np.flatnonzero(folds == fold)
        if not len(held):
            continue
        taught = folds[index] != fold
        coefficients, bias = _regress(space[index[taught]], truth[taught], weight[taught], labels)
        scores[held] = space[held] @ coefficients.T + bias
    return scores[measured], measured


def _fold_of(rows: Sequence[Example], seed: int) -> Ints:
    """The fold of each example, every label spread evenly; -1 for what is only learned from."""
    order = np.random.default_rng(seed).permutation(len(rows))
    folds = np.full(len(rows), -1, dtype=np.int64)
    dealt: dict[str, int] = {}
    for number in order:
        row = rows[int(number)]
        if row.cue or row.wrong:
            continue
        folds[number] = dealt.get(row.label, 0) % _FOLDS
        dealt[row.label] = dealt.get(row.label, 0) + 1
    return folds


def _regress(features: Any, truth: Ints, weight: Floats, labels: int) -> tuple[Floats, Floats]:
    """Multinomial logistic regression: coefficients (labels x features), biases. A label nobody named scores lowest."""
    from sklearn.linear_model import LogisticRegression  # takes a second to import, and a cached model does without

    fitted = LogisticRegression(C=_STRENGTH, max_iter=500, tol=1e-3).fit(features, truth, sample_weight=weight)
    coefficients = np.zeros((labels, features.shape[1]))
    bias = np.full(labels, _ABSENT)
    if len(fitted.classes_) == 2:
        coefficients[fitted.classes_] = np.vstack([-fitted.coef_ / 2, fitted.coef_ / 2])
        bias[fitted.classes_] = np.concatenate([-fitted.intercept_ / 2, fitted.intercept_ / 2])
    else:
        coefficients[fitted.classes_] = fitted.coef_
        bias[fitted.classes_] = fitted.intercept_
    return coefficients, bias


def _quality(
    probabilities: Floats, facts: Ints, labels: tuple[str, ...], target: float, off_topic: str | None
) -> tuple[float | None, Quality]:
    """The threshold for the target, and what the held-out predictions were worth."""
    guess = probabilities.argmax(axis=1)
    confidence = probabilities.max(axis=1)
    right = guess == facts
    real = np.array([labels[i] != off_topic for i in guess], dtype=np.bool_)
    found = find_threshold(confidence[real], right[real], target)
    quality = Quality(
        cases=len(facts),
        accuracy=float(right.mean()),
        calibration_error=calibration_error(confidence, right),
        handled=found.handled if found else 0,
        right=found.right if found else 0,
    )
    return (found.confidence if found else None), quality
