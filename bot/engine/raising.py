"""Failures of tools as errors of ours, the same the first time and when they are replayed from the journal."""

from typing import Any

from agents.core.contract import Tool
from agents.core.errors import (
    Ambiguous,
    BudgetExceeded,
    CalmopsError,
    Conflict,
    FailureClass,
    InvalidInput,
    LowConfidence,
    NotAllowed,
    Transient,
)
from agents.core.failures import Failure
from agents.core.records import EffectRecord

_CLASSES: dict[FailureClass, type[CalmopsError]] = {
    FailureClass.TRANSIENT: Transient,
    FailureClass.INVALID_INPUT: InvalidInput,
    FailureClass.POLICY: NotAllowed,
    FailureClass.CONFLICT: Conflict,
    FailureClass.AMBIGUOUS: Ambiguous,
    FailureClass.LOW_CONFIDENCE: LowConfidence,
    FailureClass.BUDGET: BudgetExceeded,
    FailureClass.BUG: CalmopsError,
}


def as_error(failure: Failure, tool: Tool[Any]) -> CalmopsError:
    """The error an agent gets for a failed tool: one class for each class of failure, whatever library raised it."""
    text = (
        failure.text if failure.kind is not FailureClass.BUG else f"{tool.name} failed: {failure.code}: {failure.text}"
    )
    if failure.kind is FailureClass.TRANSIENT:
        return Transient(text, retry_after=failure.retry_after)
    return _CLASSES[failure.kind](text)


def remembered(effect: EffectRecord) -> CalmopsError:
    """The failure that was written down for an effect, as `class: words`."""
    kind, _, text = (effect.error or "").partition(": ")
    failure = next((one for one in FailureClass if one == kind), FailureClass.BUG)
    return _CLASSES[failure](text or None)
