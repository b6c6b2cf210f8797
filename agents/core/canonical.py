"""One byte form per value, and the digest that an approval is bound to.

The form follows RFC 8785 in spirit: keys sorted by code point, no spaces, no escaped non-ASCII text, no NaN. Numbers are
written as Python's `json` writes them; both sides of every comparison are written by this module.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.core.errors import InvalidInput


def canonical(value: Any) -> bytes:
    """The one byte form of a JSON value. Raises `InvalidInput` for what JSON cannot hold."""
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return text.encode("utf-8")
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"This value has no JSON form: {error}") from error


def sha256(value: Any) -> str:
    """Hexadecimal SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(value)).hexdigest()


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
