"""A trained text classifier as plain arrays, and how it answers: no library but numpy is needed to ask it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.core.reasoning import Classification, Example, Neighbour, Scored, Word
from agents.reasoning.calibration import Floats, softmax
from agents.reasoning.features import Signals, features_of

SHOWN_WORDS = 8
SHOWN_NEIGHBOURS = 5


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How good the model was on texts it had not seen (out-of-fold). Shares are of all `cases`, cues never counted."""

    cases: int
    accuracy: float
    calibration_error: float
    handled: int
    right: int

    @property
    def handled_share(self) -> float:
        return self.handled / self.cases if self.cases else 0.0

    @property
    def precision(self) -> float:
        return self.right / self.handled if self.handled else 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """A fitted classifier. `idf` has one place more than there are columns: the weight of a feature never seen.

    `row_*` is the normalised training matrix in compressed rows, for the nearest known examples; `rows` are those.
    """

    version: str
    labels: tuple[str, ...]
    off_topic: str | None
    target: float
    columns: dict[str, int]
    idf: Floats
    weights: npt.NDArray[np.float32]
    bias: Floats
    temperature: float
    threshold: float | None
    quality: Quality
    rows: tuple[Example, ...]
    row_starts: npt.NDArray[np.int64]
    row_columns: npt.NDArray[np.int32]
    row_values: npt.NDArray[np.float32]

    def answer(self, text: str, signals: Signals | None = None) -> Classification:
        """Classifies one text and says why."""
        origins: dict[int, dict[str, float]] = {}
        unseen: set[str] = set()
        for feature, words in features_of(text, signals):
            column = self.columns.get(feature)
            if column is None:
                unseen.add(feature)
                continue
            shares = origins.setdefault(column, {})
            for word in words:
                shares[word] = shares.get(word, 0.0) + 1.0
        columns = np.fromiter(origins, dtype=np.int64, count=len(origins))
        values = self.idf[columns]
        norm = float(np.sqrt((values**2).sum() + len(unseen) * self.idf[-1] ** 2)) or 1.0
        values = values / norm
        scores = (self.weights[:, columns] @ values + self.bias) / self.temperature
        probabilities = softmax(scores)
        order = np.argsort(-probabilities, kind="stable")
        best, second = int(order[0]), int(order[1])
        return Classification(
            label=self.labels[best],
            confidence=float(probabilities[best]),
            ranking=tuple(Scored(label=self.labels[i], probability=float(probabilities[i])) for i in order),
            threshold=self.threshold,
            target=self.target,
            off_topic=self.labels[best] == self.off_topic,
            words=_deciding_words(origins, (self.weights[best] - self.weights[second])[columns] * values),
            nearest=self._nearest(columns, values),
            model=self.version,
        )

    def _nearest(self, columns: npt.NDArray[np.int64], values: Floats) -> tuple[Neighbour, ...]:
        asked = np.zeros(len(self.idf), dtype=np.float64)
        asked[columns] = values
        products = self.row_values * asked[self.row_columns]
        totals = np.concatenate(([0.0], np.cumsum(products)))
        similarity = totals[self.row_starts[1:]] - totals[self.row_starts[:-1]]
        order = np.argsort(-similarity, kind="stable")
        near = [i for i in order[: 4 * SHOWN_NEIGHBOURS] if not self.rows[i].cue and not self.rows[i].wrong]
        return tuple(
            Neighbour(
                text=self.rows[i].text, label=self.rows[i].label, similarity=float(similarity[i]), ref=self.rows[i].ref
            )
            for i in near[:SHOWN_NEIGHBOURS]
            if similarity[i] > 0
        )


def _deciding_words(origins: dict[int, dict[str, float]], pushes: Floats) -> tuple[Word, ...]:
    """Shares each feature's push between the words it came from; the strongest words first."""
    weight: dict[str, float] = {}
    for shares, push in zip(origins.values(), pushes, strict=True):
        whole = sum(shares.values())
        for word, share in shares.items():
            weight[word] = weight.get(word, 0.0) + float(push) * share / whole
    strongest = sorted(weight.items(), key=lambda item: (-abs(item[1]), item[0]))[:SHOWN_WORDS]
    return tuple(Word(text=word, weight=round(value, 2)) for word, value in strongest)
