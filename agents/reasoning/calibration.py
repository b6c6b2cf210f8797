"""Makes confidences mean what they say, and finds the confidence from which a precision target holds."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.core.statistics import wilson_lower

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_BINS = 10


def softmax(scores: Floats) -> Floats:
    """Probabilities from scores, row by row."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float64)


def fit_temperature(scores: Floats, truth: Ints) -> float:
    """The divisor of scores that makes the known answers likeliest, between 0.05 and 20; found by golden section."""
    rows = np.arange(len(truth))

    def loss(log_temperature: float) -> float:
        chosen = softmax(scores / np.exp(log_temperature))[rows, truth]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    low, high, ratio = -3.0, 3.0, (5**0.5 - 1) / 2
    for _ in range(40):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def calibration_error(confidence: Floats, right: Flags) -> float:
    """Expected calibration error over ten equal bins: how far confidence and truth are apart on average."""
    if not len(confidence):
        return 0.0
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = 0.0
    for number in range(_BINS):
        inside = bins == number
        if inside.any():
            gaps += abs(float(confidence[inside].mean()) - float(right[inside].mean())) * float(inside.mean())
    return gaps


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """From `confidence` upwards `handled` cases were answered, `right` of them rightly."""

    confidence: float
    handled: int
    right: int


def find_threshold(confidence: Floats, right: Flags, target: float) -> Threshold | None:
    """The lowest confidence that keeps the lower Wilson bound (95 %) of precision at `target`; None when none does."""
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence, correct = confidence[order], np.cumsum(right[order])
    best: Threshold | None = None
    for index in range(len(order)):
        if index + 1 < len(order) and sorted_confidence[index + 1] == sorted_confidence[index]:
            continue
        handled, good = index + 1, int(correct[index])
        if wilson_lower(good, handled) >= target:
            best = Threshold(confidence=float(sorted_confidence[index]), handled=handled, right=good)
    return best
