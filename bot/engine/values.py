"""Values as the journal keeps them: JSON, so that a result is the same the first time and after a restart."""

from functools import lru_cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, to_jsonable_python

from agents.core.errors import InvalidInput

PLAIN = (str, int, float, bool, type(None))


def to_json(value: Any, what: str) -> Any:
    """A value as JSON. Raises `InvalidInput` that names `what` for values JSON cannot hold."""
    if type(value) in PLAIN:
        return value
    try:
        return to_jsonable_python(value, inf_nan_mode="strings")
    except (PydanticSerializationError, ValueError, RecursionError) as error:
        raise InvalidInput(f"{what} returned something that cannot be stored as JSON: {error}") from error


def from_json(value: Any, of: Any, what: str) -> Any:
    """The recorded JSON as a value of the type `of`; as it is when `of` is None."""
    if of is None:
        return value
    try:
        return _adapter(of).validate_python(value)
    except ValidationError as error:
        raise InvalidInput(f"What {what} recorded does not fit {of!r} any more: {error}") from error


def check_typed(value: Any, of: Any, what: str) -> None:
    """Refuses a model without `of`: it would come back from the journal as a plain dict, but only after a restart."""
    if of is None and isinstance(value, BaseModel):
        raise InvalidInput(f"{what} returned a {type(value).__name__}: name it as of={type(value).__name__}.")


@lru_cache(maxsize=512)
def _adapter(of: Any) -> TypeAdapter[Any]:
    return TypeAdapter(of)
