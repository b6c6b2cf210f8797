"""A small schema language for Block Kit: values that know how to check a payload and where in it they are.

Each check yields findings in the shape of blocks.validate: `{code, message, pointer, constraint: {type, expected}}`.
Slack documents the shape and the code `failed_constraint`; the other codes here are ours.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.emulator.wire import Json


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that does not fit, and the JSON pointer to it."""

    code: str
    message: str
    pointer: str
    constraint: Json = field(default_factory=dict)

    def describe(self) -> Json:
        """As an entry of `errors`."""
        described: Json = {"code": self.code, "message": self.message, "pointer": self.pointer or "/"}
        if self.constraint:
            described["constraint"] = self.constraint
        return described


class Spec(Protocol):
    """What a value has to look like."""

    def check(self, value: Any, at: str) -> Iterator[Finding]: ...


def failed(message: str, at: str, kind: str, expected: Any) -> Finding:
    """A finding with Slack's own code."""
    return Finding(
        code="failed_constraint", message=message, pointer=at, constraint={"type": kind, "expected": expected}
    )


@dataclass(frozen=True)
class Str:
    """A string of `least` to `most` characters."""

    most: int | None = None
    least: int = 0

    def check(self, value: Any, at: str) -> Iterator[Finding]:
        if not isinstance(value, str):
            yield failed("must be a string", at, "type", "string")
        elif self.most is not None and len(value) > self.most:
            yield failed(f"must be at most {self.most} characters, is {len(value)}", at, "max_length", self.most)
        elif len(value) < self.least:
            yield failed(f"must be at least {self.least} characters", at, "min_length", self.least)


@dataclass(frozen=True)
class Whole:
    """An integer between two bounds."""

    least: int | None = None
    most: int | None = None

    def check(self, value: Any, at: str) -> Iterator[Finding]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield failed("must be an integer", at, "type", "integer")
        elif self.least is not None and value < self.least:
            yield failed(f"must be at least {self.least}", at, "min", self.least)
        elif self.most is not None and value > self.most:
            yield failed(f"must be at most {self.most}", at, "max", self.most)


@dataclass(frozen=True)
class Number:
    """A number, above zero if so wished."""

    positive: bool = False

    def check(self, value: Any, at: str) -> Iterator[Finding]:
        if not isinstance(value, int | float) or isinstance(value, bool):
            yield failed("must be a number", at, "type", "number")
        elif self.positive and value <= 0:
            yield failed("must be greater than 0", at, "exclusive_min", 0)


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def check(self, value: Any, at: str) -> Iterator[Finding]:
        if not isinstance(value, bool):
            yield failed("must be a boolean", at, "type", "boolean")


@dataclass(frozen=True)
class Anything:
    """Not looked at."""

    def check(self, value: Any, at: str) -> Iterator[Finding]:  # noqa: ARG002  the protocol's arguments
        yield from ()


class Choice:
    """One of some words."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def check(self, value: Any, at: str) -> Iterator[Finding]:
        if value not in self.words:
            yield failed(f"unsupported value: {value}", at, "enum", list(self.words))


@dataclass(frozen=True)
class Many:
    """A list of `least` to `most` items."""

    item: Spec
    least: int = 0
    most: int | None = None

    def check(self, value: Any, at: str) -> Iterator[Finding]:
        if not isinstance(value, list):
            yield failed("must be an array", at, "type", "array")
            return
        if self.most is not None and len(value) > self.most:
            yield failed(f"no more than {self.most} items allowed, has {len(value)}", at, "max_items", self.most)
        if len(value) < self.least:
            yield failed(f"no fewer than {self.least} items allowed", at, "min_items", self.least)
        for index, item in enumerate(value):
            yield from self.item.check(item, f"{at}/{index}")


Rule = Callable[[Json, str], Iterator[Finding]]


@dataclass(frozen=True)
class Shape:
    """An object with known fields. `rules` say what fields mean for each other."""

    fields: Mapping[str, Spec]
    required: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()

    def check(self, value: Any, at: str) -> Iterator[Finding]:
        if not isinstance(value, dict):
            yield failed("must be an object", at, "type", "object")
            return
        for name in self.required:
            if value.get(name) is None:
                yield Finding(code="missing_field", message=f"missing required field: {name}", pointer=at,
                              constraint={"type": "required", "expected": name})  # fmt: skip
        for name, inner in value.items():
            spec = self.fields.get(name)
            if spec is None:
                yield Finding(code="unknown_field", message=f"invalid additional property: {name}",
                              pointer=f"{at}/{name}", constraint={"type": "known_fields",
                              "expected": sorted(self.fields)})  # fmt: skip
            elif inner is not None:
                yield from spec.check(inner, f"{at}/{name}")
        for rule in self.rules:
            yield from rule(value, at)


class Kinds:
    """An object whose `type` says which shape it has."""

    def __init__(self, shapes: Mapping[str, Spec]) -> None:
        self.shapes = dict(shapes)

    def check(self, value: Any, at: str) -> Iterator[Finding]:
        if not isinstance(value, dict):
            yield failed("must be an object", at, "type", "object")
            return
        kind = value.get("type")
        spec = self.shapes.get(kind) if isinstance(kind, str) else None
        if spec is None:
            yield failed(f"unsupported type: {kind}", f"{at}/type", "enum", sorted(self.shapes))
            return
        yield from spec.check(value, at)


def one_of(*names: str) -> Rule:
    """Exactly one of these fields."""

    def rule(value: Json, at: str) -> Iterator[Finding]:
        given = [name for name in names if value.get(name) is not None]
        if len(given) != 1:
            yield failed(f"must have exactly one of {', '.join(names)}", at, "one_of", list(names))

    return rule


def any_of(*names: str) -> Rule:
    """At least one of these fields, and not an empty one."""

    def rule(value: Json, at: str) -> Iterator[Finding]:
        if not any(value.get(name) for name in names):
            yield failed(f"must have one of {', '.join(names)}", at, "any_of", list(names))

    return rule


def not_together(*names: str) -> Rule:
    """At most one of these fields."""

    def rule(value: Json, at: str) -> Iterator[Finding]:
        if sum(value.get(name) is not None for name in names) > 1:
            yield failed(f"only one of {', '.join(names)} is allowed", at, "one_of", list(names))

    return rule


def ordered(low: str, high: str) -> Rule:
    """The first number is not above the second."""

    def rule(value: Json, at: str) -> Iterator[Finding]:
        try:
            bounds = float(value[low]), float(value[high])
        except (KeyError, TypeError, ValueError):
            return  # absent, or their own specs report what they are
        if bounds[0] > bounds[1]:
            yield failed(f"{low} must not be greater than {high}", f"{at}/{low}", "max", value[high])

    return rule


def unique(items: str, key: str) -> Rule:
    """No two items of the list share a value of `key`."""

    def rule(value: Json, at: str) -> Iterator[Finding]:
        seen: set[Any] = set()
        entries = value.get(items)
        for index, item in enumerate(entries if isinstance(entries, list) else ()):
            word = item.get(key) if isinstance(item, dict) else None
            if isinstance(word, str) and word in seen:
                yield failed(f"{key} {word!r} is used twice", f"{at}/{items}/{index}/{key}", "unique", key)
            if isinstance(word, str):
                seen.add(word)

    return rule
