"""A form for a typed record: inputs with the values there are, and the way back from what a person entered."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from handlers.blocks import text as t
from handlers.blocks.elements import Block, code, context, field, option, paragraph, plain, rich, select, text_input
from handlers.blocks.fields import TEXT_LIMIT, Field, FieldKind, fields_of, is_read_only, value_at
from handlers.ids import Action

SEARCHED = 100
"""A menu holds no more options; above that people search."""
YES_NO = (option("Yes", "yes"), option("No", "no"))


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What a person entered: the whole set of arguments as JSON, or an error for each block that has one."""

    values: dict[str, Any]
    errors: dict[str, str]


def form(model: type[BaseModel], values: Mapping[str, Any], *, locked: frozenset[str] = frozenset()) -> list[Block]:
    """One input for each field, filled with `values`."""
    blocks: list[Block] = []
    for each in fields_of(model, locked=locked):
        value = value_at(values, each.path)
        if is_read_only(each, value):
            blocks += _read_only(each, value)
        else:
            blocks.append(_input(each, value))
    return blocks[:95]


def read_form(
    model: type[BaseModel],
    entered: Mapping[str, Mapping[str, Any]],
    before: Mapping[str, Any],
    *,
    locked: frozenset[str] = frozenset(),
) -> Filled:
    """Reads Slack's `state.values`. What has no input keeps its value in `before`. Never raises for what a person wrote."""
    values: dict[str, Any] = json.loads(json.dumps(dict(before)))
    errors: dict[str, str] = {}
    fields = fields_of(model, locked=locked)
    for each in fields:
        old = value_at(values, each.path)
        if is_read_only(each, old) or each.block_id not in entered:
            continue
        try:
            new = _read(each, next(iter(entered[each.block_id].values()), {}))
        except ValueError as error:
            errors[each.block_id] = str(error)
            continue
        _put(values, each, new)
    if errors:
        return Filled(values=values, errors=errors)
    try:
        checked = model.model_validate(values)
    except ValidationError as error:
        return Filled(values=values, errors=_errors(error, fields))
    return Filled(values=checked.model_dump(mode="json"), errors={})


def options_matching(each: Field, typed: str) -> list[Block]:
    """The first 100 options that contain what was typed."""
    needle = typed.casefold().strip()
    found = [value for value in each.options if needle in str(value).casefold()]
    return [_option(value) for value in found[:SEARCHED]]


def _input(each: Field, value: Any) -> Block:
    return field(
        each.title,
        _element(each, value),
        block_id=each.block_id,
        hint=each.hint or None,
        optional=not each.required,
    )


def _element(each: Field, value: Any) -> Block:
    id = Action.INPUT.value
    match each.kind:
        case FieldKind.TEXT | FieldKind.LONG_TEXT:
            longest = int(each.most or TEXT_LIMIT)
            long = each.kind is FieldKind.LONG_TEXT
            return text_input(id, multiline=long, initial=None if value is None else str(value), max_length=longest)
        case FieldKind.INTEGER | FieldKind.NUMBER:
            return _number(each, value)
        case FieldKind.YES_NO:
            element: Block = {"type": "radio_buttons", "action_id": id, "options": list(YES_NO)}
            return element | {"initial_option": YES_NO[0 if value else 1]} if value is not None else element
        case FieldKind.CHOICE if len(each.options) > SEARCHED:
            return _searched(each, value)
        case FieldKind.CHOICE:
            chosen = _option(value) if value in each.options else None
            return select(id, [_option(one) for one in each.options], initial=chosen)
        case FieldKind.CHOICES:
            return _many(each, value)
        case FieldKind.LINES:
            return text_input(id, multiline=True, initial="\n".join(map(str, value or ())))
        case FieldKind.DATE:
            return _with({"type": "datepicker", "action_id": id}, "initial_date", str(value)[:10] if value else None)
        case FieldKind.DATE_TIME:
            return _with({"type": "datetimepicker", "action_id": id}, "initial_date_time", _stamp(value))
        case FieldKind.PERSON:
            return _with({"type": "users_select", "action_id": id}, "initial_user", value or None)
        case FieldKind.CHANNEL:
            return _with({"type": "conversations_select", "action_id": id}, "initial_conversation", value or None)
        case FieldKind.JSON:
            shown = "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)
            return text_input(id, multiline=True, initial=shown[:TEXT_LIMIT])


def _number(each: Field, value: Any) -> Block:
    element: Block = {
        "type": "number_input",
        "action_id": Action.INPUT.value,
        "is_decimal_allowed": each.kind is FieldKind.NUMBER,
    }
    if each.least is not None:
        element["min_value"] = f"{each.least:g}"
    if each.most is not None:
        element["max_value"] = f"{each.most:g}"
    return _with(element, "initial_value", None if value is None else str(value))


def _searched(each: Field, value: Any) -> Block:
    element: Block = {
        "type": "external_select",
        "action_id": Action.INPUT.value,
        "min_query_length": 0,
        "placeholder": plain(f"Search {len(each.options)} choices", 150),
    }
    return _with(element, "initial_option", _option(value) if value in each.options else None)


def _many(each: Field, value: Any) -> Block:
    element: Block = {
        "type": "multi_static_select",
        "action_id": Action.INPUT.value,
        "placeholder": plain("Choose", 150),
        "options": [_option(one) for one in each.options[:SEARCHED]],
    }
    chosen = [_option(one) for one in value or () if one in each.options[:SEARCHED]]
    return _with(element, "initial_options", chosen or None)


def _read_only(each: Field, value: str) -> list[Block]:
    note = t.mrkdwn("{} characters: too long to edit in Slack, so it stays as it is.", f"{len(value):,}")
    return [rich(paragraph(t.words(f"{each.title}:", bold=True)), code(t.words(value[:2800]))), context(note)]


def _read(each: Field, state: Mapping[str, Any]) -> Any:
    """One input's value. Raises `ValueError` with the sentence to show at the field."""
    text = state.get("value")
    match each.kind:
        case FieldKind.TEXT | FieldKind.LONG_TEXT:
            return None if not text and each.nullable else (text or "")
        case FieldKind.INTEGER:
            return _whole(text)
        case FieldKind.NUMBER:
            return _decimal(text)
        case FieldKind.YES_NO:
            chosen = (state.get("selected_option") or {}).get("value")
            return None if chosen is None else chosen == "yes"
        case FieldKind.CHOICE:
            chosen = (state.get("selected_option") or {}).get("value")
            return next((one for one in each.options if _value(one) == chosen), None)
        case FieldKind.CHOICES:
            picked = {one["value"] for one in state.get("selected_options") or ()}
            return [one for one in each.options if _value(one) in picked]
        case FieldKind.LINES:
            return [line.strip() for line in (text or "").splitlines() if line.strip()]
        case FieldKind.DATE:
            return state.get("selected_date")
        case FieldKind.DATE_TIME:
            at = state.get("selected_date_time")
            return None if at is None else datetime.fromtimestamp(int(at), UTC).isoformat()
        case FieldKind.PERSON:
            return state.get("selected_user")
        case FieldKind.CHANNEL:
            return state.get("selected_conversation") or state.get("selected_channel")
        case FieldKind.JSON:
            return _json(text)


def _whole(text: str | None) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise ValueError("Write a whole number, such as 3.") from None


def _decimal(text: str | None) -> float | None:
    if not text:
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        raise ValueError("Write a number, such as 2.5.") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError("Write a number, such as 2.5.")
    return number


def _json(text: str | None) -> Any:
    if not text or not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"This is not JSON: {error}.") from None


def _put(values: dict[str, Any], each: Field, new: Any) -> None:
    """An empty optional field leaves the argument out, so that its default holds."""
    here = values
    for name in each.path[:-1]:
        inside = here.get(name)
        if not isinstance(inside, dict):
            inside = here[name] = {}
        here = inside
    if new is None and not each.nullable:
        here.pop(each.path[-1], None)
    else:
        here[each.path[-1]] = new


def _errors(error: ValidationError, fields: Sequence[Field]) -> dict[str, str]:
    """Each problem at its field; one that belongs to no field stands at the first."""
    found: dict[str, str] = {}
    for problem in error.errors():
        names = tuple(str(part) for part in problem["loc"])
        home = next((each for each in fields if names[: len(each.path)] == each.path), None)
        block = home or next((each for each in fields if names[:1] == each.path[:1]), fields[0] if fields else None)
        if block is None:
            continue
        said = "Please fill this in." if problem["type"] == "missing" else t.clip(problem["msg"].rstrip("."), 200) + "."
        found.setdefault(block.block_id, said)
    return found


def _option(value: Any) -> Block:
    return option(str(value), _value(value))


def _value(value: Any) -> str:
    """What stands for an option in Slack, which allows 150 characters and refuses none."""
    return t.clip(str(value), 150) or " "


def _stamp(value: Any) -> int | None:
    if not value:
        return None
    try:
        read = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return None
    stamp = int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())
    return stamp if 10**9 <= stamp < 10**10 else None


def _with(element: Block, name: str, value: Any) -> Block:
    return element if value is None else element | {name: value}
