"""The shapes that limits are written in: how long a text, how many of what, which kinds of parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Surface = Literal["message", "modal", "home"]


@dataclass(frozen=True)
class Text:
    """A string."""

    longest: int
    shortest: int = 1


@dataclass(frozen=True)
class TextObject:
    """A text object of one of the given types."""

    longest: int
    types: tuple[str, ...] = ("plain_text", "mrkdwn")
    shortest: int = 1


@dataclass(frozen=True)
class Flag:
    """True or false."""


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    least: int = 0
    most: int = 10**12


@dataclass(frozen=True)
class OneOf:
    """One of a few words."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """An object of one of these kinds."""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Many:
    """A list of objects or strings."""

    of: Any
    most: int
    least: int = 1


@dataclass(frozen=True)
class Anything:
    """Not looked into."""


@dataclass(frozen=True)
class Kind:
    """The fields of one kind of object; `surfaces` is where a block may stand."""

    fields: Mapping[str, Any]
    required: tuple[str, ...] = ()
    surfaces: tuple[Surface, ...] = ("message", "modal", "home")
