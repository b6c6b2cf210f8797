"""One byte form per value, and the digest that an approval is bound to.

The form is RFC 8785: keys sorted by UTF-16 code units, no spaces, nothing escaped that need not be, numbers as
ECMAScript writes them. One difference: whole numbers beyond 2^53 keep all their digits, since two amounts must never
share a digest.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

from agents.core.errors import InvalidInput


def canonical(value: Any) -> bytes:
    """The one byte form of a JSON value. Raises `InvalidInput` for what JSON cannot hold."""
    parts: list[str] = []
    try:
        _write(value, parts)
        return "".join(parts).encode("utf-8")
    except (UnicodeEncodeError, RecursionError) as error:
        raise InvalidInput(f"This value has no JSON form: {error}") from error


def sha256(value: Any) -> str:
    """Hexadecimal SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(value)).hexdigest()


def call_digest(tool: str, args: Mapping[str, Any]) -> str:
    """The digest of a tool and all its arguments: the same in the proposal, the approval and the execution."""
    return sha256({"tool": tool, "args": dict(args)})


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Exactly what people are asked to approve: one tool call, on one version of a record, for one job."""

    tool: str
    args: Mapping[str, Any]
    record_version: str | None
    job_id: int
    requester: str
    nonce: str

    def digest(self) -> str:
        """Changes when any part of the proposal changes; an approval is valid for one digest only."""
        return sha256(
            {
                "tool": self.tool,
                "args": dict(self.args),
                "record_version": self.record_version,
                "job_id": self.job_id,
                "requester": self.requester,
                "nonce": self.nonce,
            }
        )


def _write(value: Any, out: list[str]) -> None:
    if value is None:
        out.append("null")
    elif isinstance(value, str):
        out.append(encode_basestring(str(value)))
    elif isinstance(value, bool):
        out.append("true" if value else "false")
    elif isinstance(value, int):
        out.append(str(int(value)))
    elif isinstance(value, float):
        out.append(_number(value))
    elif isinstance(value, Mapping):
        _write_object(value, out)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            out.append("," if place else "[")
            _write(item, out)
        out.append("]" if value else "[]")
    else:
        raise InvalidInput(f"This value has no JSON form: {type(value).__name__}.")


def _write_object(value: Mapping[Any, Any], out: list[str]) -> None:
    for key in value:
        if not isinstance(key, str):
            raise InvalidInput(f"This value has no JSON form: the key {key!r} is not text.")
    for place, key in enumerate(sorted(value, key=_utf16)):
        out.append("," if place else "{")
        out.append(encode_basestring(key))
        out.append(":")
        _write(value[key], out)
    out.append("}" if value else "{}")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> str:
    """A number as ECMAScript writes it: the digits are Python's too, only the point may go elsewhere."""
    if not math.isfinite(value):
        raise InvalidInput(f"This value has no JSON form: {value}.")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        text = digits.ljust(point, "0") if len(digits) <= point else f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        shown = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
        text = f"{shown}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + text
