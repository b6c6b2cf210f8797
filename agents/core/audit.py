"""What an audit line may hold, and how what a person wrote is kept apart from it.

The chain holds identities, digests and words of ours. What people or outsiders wrote goes in as `Personal`: the chain
then holds only a salted hash of it, and the text stands beside the chain, where it can be erased.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agents.core.errors import InvalidInput


@dataclass(frozen=True, kw_only=True)
class Personal:
    """Text from outside inside an audit line. `about` is the key of the person that it can be erased for."""

    text: str
    about: str


@dataclass(frozen=True, kw_only=True)
class SealedText:
    """One text beside the chain, under the name of its field."""

    name: str
    salt: str
    text: str
    about: str


def seal(data: Mapping[str, Any], redact: Callable[[str], str]) -> tuple[dict[str, Any], tuple[SealedText, ...]]:
    """The data of a line as JSON without secrets, and its texts. Raises `InvalidInput` for what JSON cannot hold."""
    texts: list[SealedText] = []
    plain = {name: _plain(value, name, redact, texts) for name, value in data.items()}
    return plain, tuple(texts)


def sealed_hash(salt: str, text: str) -> str:
    """What the chain holds in place of a text. Without the salt the text cannot be guessed from it."""
    return hashlib.sha256(f"{salt}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any, name: str, redact: Callable[[str], str], texts: list[SealedText]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return redact(str(value))
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise InvalidInput(f"The audit cannot hold {name}={value}.")
        return value
    if isinstance(value, Personal):
        text = redact(value.text)
        salt = secrets.token_hex(16)
        texts.append(SealedText(name=name, salt=salt, text=text, about=value.about))
        return {"sealed": sealed_hash(salt, text)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{name}.{key}", redact, texts) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, f"{name}.{place}", redact, texts) for place, item in enumerate(value)]
    if isinstance(value, set | frozenset):
        return sorted(_plain(item, name, redact, texts) for item in value)
    raise InvalidInput(f"The audit cannot hold {name}, a {type(value).__name__}.")
