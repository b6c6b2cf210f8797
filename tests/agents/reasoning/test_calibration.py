"""Confidences that mean what they say."""

import numpy as np
import pytest

from agents.core.statistics import wilson_bounds, wilson_lower
from agents.reasoning.calibration import calibration_error, find_threshold, fit_temperature, softmax


def test_wilson_bounds_are_those_of_the_textbook() -> None:
    low, high = wilson_bounds(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson_bounds(0, 0) == (0.0, 1.0)
    assert wilson_lower(10, 10) == pytest.approx(0.722, abs=0.001)


def test_temperature_repairs_scores_that_are_too_sure() -> None:
    random = np.random.default_rng(1)
    truth = random.integers(0, 3, 2_000)
    honest = random.normal(size=(2_000, 3))
    honest[np.arange(2_000), truth] += 1.5
    boastful = honest * 5

    repaired = softmax(boastful / fit_temperature(boastful, truth))

    def error(probabilities: np.ndarray) -> float:
        return calibration_error(probabilities.max(axis=1), probabilities.argmax(axis=1) == truth)

    assert error(softmax(boastful)) > 0.1
    assert error(repaired) < 0.03


def test_threshold_is_the_lowest_that_keeps_the_target() -> None:
    confidence = np.concatenate([np.full(200, 0.9), np.full(100, 0.6)])
    right = np.concatenate([np.ones(199), np.zeros(1), np.ones(50), np.zeros(50)]).astype(bool)

    found = find_threshold(confidence, right, 0.95)

    assert found is not None
    assert (found.confidence, found.handled, found.right) == (0.9, 200, 199)


def test_few_right_answers_promise_nothing() -> None:
    assert find_threshold(np.full(20, 0.99), np.ones(20, dtype=bool), 0.95) is None


def test_cases_of_one_confidence_are_taken_together() -> None:
    confidence = np.full(100, 0.8)
    right = np.concatenate([np.ones(80), np.zeros(20)]).astype(bool)

    assert find_threshold(confidence, right, 0.9) is None
