"""What a provider's failure means for a job, in words for people. No provider's own text is shown: it may quote a key."""

from agents.core.errors import (
    BudgetExceeded,
    CalmopsError,
    FailureClass,
    InvalidInput,
    LowConfidence,
    Misconfigured,
    Transient,
)
from agents.core.failures import failure_of


def translated(error: Exception, model: str) -> CalmopsError:
    """The error of our tree that says the same. Time-outs, limits of rate and broken servers are worth another try; a wrong
    key, an empty account, a text that is too long and a refusal are not."""
    failure = failure_of(error)
    name = type(error).__name__
    if "Quota" in name:
        return Misconfigured(f"The account for {model} is used up. Fill it up, then retry the job.")
    if "ContextWindow" in name:
        return InvalidInput(f"This is more text than {model} can take in.")
    match failure.kind:
        case FailureClass.TRANSIENT:
            return Transient(f"{model} cannot be asked now ({name}).", retry_after=failure.retry_after)
        case FailureClass.POLICY:
            return Misconfigured(f"{model} refused ({name}). Check its key and what it may be used for.")
        case FailureClass.BUDGET:
            return BudgetExceeded(f"{model} has used up what it may use.")
        case FailureClass.INVALID_INPUT:
            return InvalidInput(f"{model} cannot use this request ({name}).")
        case _:
            return LowConfidence(f"{model} gave no usable answer ({name}).")
