"""The fields of a form, read from the schema of a tool's arguments or an agent's input."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

TEXT_LIMIT = 3000
"""Slack's text inputs hold no more; longer text can be read here but not edited."""


class FieldKind(StrEnum):
    """Which input a field gets."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    LINES = "lines"
    DATE = "date"
    DATE_TIME = "date_time"
    PERSON = "person"
    CHANNEL = "channel"
    JSON = "json"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One input. `path` is where its value stands in the arguments: at most two names. `options` are the values of a
    choice; `least` and `most` bound a number, or the length of a text."""

    path: tuple[str, ...]
    title: str
    kind: FieldKind
    hint: str = ""
    required: bool = True
    nullable: bool = False
    options: tuple[str | int | float, ...] = ()
    least: float | None = None
    most: float | None = None

    @property
    def block_id(self) -> str:
        """Names the input in what Slack sends back, and where an error is shown."""
        return "in." + ".".join(self.path)


def fields_of(model: type[BaseModel], *, locked: frozenset[str] = frozenset()) -> tuple[Field, ...]:
    """The inputs for a model in its order; `locked` arguments have none. Objects go one level deep, deeper parts are JSON."""
    schema = model.model_json_schema()
    defs = schema.get("$defs", {})
    found: list[Field] = []
    required = set(schema.get("required", ()))
    for name, raw in schema.get("properties", {}).items():
        if name in locked:
            continue
        spec, nullable = _resolve(raw, defs)
        if spec.get("type") == "object" and spec.get("properties") and not nullable:
            inner_required = set(spec.get("required", ()))
            for inner, inner_raw in spec["properties"].items():
                inner_spec, inner_nullable = _resolve(inner_raw, defs)
                title = f"{_title(name, raw)}: {_title(inner, inner_raw)}"
                needed = inner in inner_required and name in required
                found.append(_field((name, inner), title, inner_spec, required=needed, nullable=inner_nullable))
        else:
            found.append(_field((name,), _title(name, raw), spec, required=name in required, nullable=nullable))
    return tuple(found)


def value_at(values: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The value of a field in a set of arguments; None when it is absent."""
    here: Any = values
    for name in path:
        if not isinstance(here, Mapping) or name not in here:
            return None
        here = here[name]
    return here


def is_read_only(field: Field, value: Any) -> bool:
    """Whether a value is too long for Slack's inputs."""
    return field.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT) and isinstance(value, str) and len(value) > TEXT_LIMIT


def _field(path: tuple[str, ...], title: str, spec: Mapping[str, Any], *, required: bool, nullable: bool) -> Field:
    kind = _kind(spec)
    options: tuple[Any, ...] = ()
    if kind is FieldKind.CHOICE:
        options = tuple(spec.get("enum", (spec.get("const"),)))
    elif kind is FieldKind.CHOICES:
        options = tuple(spec["items"]["enum"])
    text = kind in (FieldKind.TEXT, FieldKind.LONG_TEXT)
    least = spec.get("minLength") if text else spec.get("minimum", spec.get("exclusiveMinimum"))
    most = spec.get("maxLength") if text else spec.get("maximum", spec.get("exclusiveMaximum"))
    return Field(
        path=path,
        title=title,
        kind=kind,
        hint=_hint(spec, kind, least, most),
        required=required and not nullable and not (text and not least),
        nullable=nullable,
        options=options,
        least=least,
        most=most,
    )


def _kind(spec: Mapping[str, Any]) -> FieldKind:
    kind = spec.get("type")
    if spec.get("slack") in ("person", "channel"):
        return FieldKind(spec["slack"])
    if "enum" in spec or "const" in spec:
        values = spec.get("enum", (spec.get("const"),))
        return FieldKind.CHOICE if all(isinstance(value, str | int | float) for value in values) else FieldKind.JSON
    if kind == "string":
        format_ = spec.get("format")
        if format_ == "date":
            return FieldKind.DATE
        if format_ == "date-time":
            return FieldKind.DATE_TIME
        return FieldKind.LONG_TEXT if spec.get("maxLength", 10**6) > 200 else FieldKind.TEXT
    if kind == "array":
        items = spec.get("items", {})
        if "enum" in items:
            return FieldKind.CHOICES
        return FieldKind.LINES if items.get("type") == "string" else FieldKind.JSON
    return {"integer": FieldKind.INTEGER, "number": FieldKind.NUMBER, "boolean": FieldKind.YES_NO}.get(
        str(kind), FieldKind.JSON
    )


def _hint(spec: Mapping[str, Any], kind: FieldKind, least: float | None, most: float | None) -> str:
    said = str(spec.get("description", "")).strip()
    bounds = ""
    if kind in (FieldKind.INTEGER, FieldKind.NUMBER):
        match least, most:
            case None, None:
                pass
            case None, _:
                bounds = f"At most {most:g}."
            case _, None:
                bounds = f"At least {least:g}."
            case _:
                bounds = f"From {least:g} to {most:g}."
    elif kind is FieldKind.LINES:
        bounds = "One on each line."
    elif kind is FieldKind.JSON:
        bounds = "JSON."
    return f"{said} {bounds}".strip()


def _resolve(spec: Mapping[str, Any], defs: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """Follows references and takes `or null` apart: the plain schema, and whether null is allowed."""
    merged = dict(spec)
    for _ in range(5):
        if "$ref" in merged:
            target = defs.get(str(merged.pop("$ref")).rpartition("/")[2], {})
            merged = {**target, **merged}
        elif len(merged.get("allOf", ())) == 1:
            merged = {**merged.pop("allOf")[0], **merged}
        else:
            break
    nullable = False
    if "anyOf" in merged:
        choices = [one for one in merged["anyOf"] if one.get("type") != "null"]
        nullable = len(choices) < len(merged["anyOf"])
        numbers = [one for one in choices if one.get("type") in ("number", "integer")]
        chosen = choices[0] if len(choices) == 1 else numbers[0] if numbers else {}
        rest = {name: value for name, value in merged.items() if name != "anyOf"}
        inner, _ = _resolve(chosen, defs)
        merged = {**inner, **rest}
    if isinstance(merged.get("items"), Mapping):
        merged["items"] = _resolve(merged["items"], defs)[0]
    return merged, nullable


def _title(name: str, raw: Mapping[str, Any]) -> str:
    """The title a person wrote for the field; else its name in words."""
    said = raw.get("title")
    return str(said) if said else name.replace("_", " ").capitalize()
