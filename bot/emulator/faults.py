"""Misbehaviour on command: rules that fire once, a number of times, for a while, or with a probability and a seed."""

import random
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from bot.emulator.wire import ActError, Json

# What each fault does. The key is the word of the control API, the value the sentence in the reference.
FAULTS = {
    "rate_limited": "the call is answered 429 with Retry-After (`retry_after` seconds, 1 by default)",
    "server_error": "the call is answered with HTTP `status` (503 by default) and no JSON",
    "error": "the call is answered `ok: false` with `error`",
    "slow": "the answer waits `seconds`",
    "cut": "the connection is cut before the call is carried out",
    "lost_reply": "the call is carried out, then the connection is cut before the answer",
    "malformed_reply": "the answer is not JSON",
    "refuse_connect": "the Socket Mode handshake is refused with HTTP 503",
    "burnt_ticket": "a fresh ticket is refused as if it had been used",
    "drop_socket": "the socket is reset at the moment an envelope should go out; the envelope is lost",
    "refresh_mid_click": "`disconnect` (`refresh_requested`) is sent on the socket just before the envelope",
    "lose_envelope": "the envelope is never sent",
    "duplicate_envelope": "the envelope is sent `copies` times more (1 by default)",
    "delay_envelope": "the envelope is sent after `seconds`",
    "reorder_envelope": "the envelope waits until the next one has gone out (2 s at most)",
    "lose_ack": "the acknowledgement is ignored",
}
ENVELOPE_FAULTS = (
    "drop_socket", "refresh_mid_click", "lose_envelope", "duplicate_envelope", "delay_envelope", "reorder_envelope",
)  # fmt: skip


@dataclass(kw_only=True)
class Fault:
    """One rule. `match` narrows it (method, channel, app, type, what: glob patterns); `left` counts down to nothing."""

    id: str
    kind: str
    match: Json = field(default_factory=dict)
    left: int | None = 1
    probability: float = 1.0
    until: float | None = None
    params: Json = field(default_factory=dict)
    hits: int = 0
    dice: random.Random = field(default_factory=random.Random)

    def describe(self) -> Json:
        """As the control API shows it."""
        return {
            "id": self.id, "kind": self.kind, "match": self.match, "left": self.left,
            "probability": self.probability, "hits": self.hits, **self.params,
        }  # fmt: skip


class Faults:
    """The rules in force, in the order they were set."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._count = 0

    def add(self, wanted: Json, now: float) -> Fault:
        """Set a rule from a control request: one-shot unless `times`, `probability` or `for_seconds` says otherwise."""
        kind = wanted.get("kind")
        if kind not in FAULTS:
            raise ActError("unknown_fault", f"There is no fault {kind!r}. There are: {', '.join(FAULTS)}.")
        known = {"kind", "match", "times", "probability", "seed", "for_seconds"}
        match = wanted.get("match", {})
        if not isinstance(match, dict):
            raise ActError("invalid_match", '`match` must be an object such as {"method": "chat.*"}.')
        endless = "probability" in wanted or "for_seconds" in wanted
        try:
            times = None if "times" not in wanted and endless else int(wanted.get("times", 1))
            probability = float(wanted.get("probability", 1.0))
            until = now + float(wanted["for_seconds"]) if "for_seconds" in wanted else None
        except (TypeError, ValueError) as error:
            raise ActError("invalid_number", "times, probability and for_seconds must be numbers.") from error
        self._count += 1
        fault = Fault(
            id=f"F{self._count}",
            kind=kind,
            match=match,
            left=times,
            probability=probability,
            until=until,
            params={key: value for key, value in wanted.items() if key not in known},
            dice=random.Random(wanted.get("seed", 0)),
        )
        self._rules.append(fault)
        return fault

    def clear(self, fault_id: str | None = None) -> None:
        """Remove one rule or all."""
        self._rules = [rule for rule in self._rules if fault_id is not None and rule.id != fault_id]

    def describe(self) -> list[Json]:
        return [rule.describe() for rule in self._rules]

    def take(self, *kinds: str, now: float, **facts: Any) -> Fault | None:
        """The first rule of these kinds that matches and fires; it is used up by that."""
        for rule in list(self._rules):
            if rule.until is not None and now > rule.until:
                self._rules.remove(rule)
                continue
            if rule.kind not in kinds or not _matches(rule.match, facts):
                continue
            if rule.probability < 1.0 and rule.dice.random() >= rule.probability:
                continue
            rule.hits += 1
            if rule.left is not None:
                rule.left -= 1
                if rule.left <= 0:
                    self._rules.remove(rule)
            return rule
        return None


def _matches(match: Json, facts: dict[str, Any]) -> bool:
    return all(fnmatchcase(str(facts.get(key, "")), str(pattern)) for key, pattern in match.items())
