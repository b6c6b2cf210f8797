"""Deliveries of other systems by web request: who signed them, what is in them, and under which key they are one. Pure.

`standard` is the signature of https://www.standardwebhooks.com: headers webhook-id, webhook-timestamp and webhook-signature,
over `id.timestamp.body`. `github` is the widespread X-Hub-Signature-256 over the body alone.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from agents.core.errors import InvalidInput, NotAllowed

TOLERANCE_SECONDS = 300
"""How far the sender's clock may be from ours; the figure of Standard Webhooks."""

LONGEST_TEXT = 40_000
"""Characters of one value, as many as a Slack message may have."""


class Scheme(StrEnum):
    """How a delivery is signed."""

    STANDARD = "standard"
    GITHUB = "github"


def check_signature(
    scheme: Scheme, headers: Mapping[str, str], body: bytes, secrets: Iterable[str], *, now: float
) -> str:
    """What tells this delivery from every other, the same for each repetition. `headers` by names in small letters, `now` in
    seconds since 1970. Raises `NotAllowed` in words that help whoever sets up the sender."""
    check = _standard if scheme is Scheme.STANDARD else _github
    return check(headers, body, tuple(secrets), now)


def sign(body: bytes, secret: str, *, delivery: str, now: float) -> dict[str, str]:
    """The headers of a delivery in the standard scheme."""
    timestamp = str(int(now))
    signature = base64.b64encode(_mac(_key(secret), f"{delivery}.{timestamp}.".encode() + body)).decode()
    return {"webhook-id": delivery, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{signature}"}


def read_body(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises `InvalidInput`."""
    try:
        found = json.loads(body)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InvalidInput(f"The body is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise InvalidInput('The body must be a JSON object such as {"text": "..."}.')
    return found


def pick(body: Mapping[str, Any], paths: Mapping[str, str]) -> dict[str, Any]:
    """The agent's input: field -> the value at its dotted path, numbers counting in lists. The whole body where no path is
    given. Raises `InvalidInput` naming the path at which nothing stands, or a text that is too long."""
    picked = {field: _at(body, path) for field, path in paths.items()} if paths else dict(body)
    for field, value in picked.items():
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise InvalidInput(f"{field} has {len(value)} characters; {LONGEST_TEXT} are the most.")
    return picked


def _at(body: Mapping[str, Any], path: str) -> Any:
    here: Any = body
    for part in path.split("."):
        try:
            here = here[int(part)] if isinstance(here, list) else here[part]
        except (KeyError, IndexError, ValueError, TypeError):
            raise InvalidInput(f"The body has nothing at {path}.") from None
    return here


def _standard(headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...], now: float) -> str:
    delivery, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = [
        part.removeprefix("v1,") for part in headers.get("webhook-signature", "").split() if part.startswith("v1,")
    ]
    if not delivery or not timestamp.isascii() or not timestamp.isdigit() or not given:
        raise NotAllowed("The headers webhook-id, webhook-timestamp and webhook-signature (v1,...) are needed.")
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        raise NotAllowed(
            "webhook-timestamp is more than five minutes from now: an old delivery, or a clock that is wrong."
        )
    signed = f"{delivery}.{timestamp}.".encode() + body
    wanted = [base64.b64encode(_mac(_key(secret), signed)).decode() for secret in secrets]
    return _matched(given, wanted, delivery)


def _github(headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...], now: float) -> str:  # noqa: ARG001  one shape
    """X-GitHub-Delivery is not signed, so a captured request could be sent again under another id: the body is the key."""
    given = headers.get("x-hub-signature-256", "")
    if not given.startswith("sha256="):
        raise NotAllowed("The header X-Hub-Signature-256 (sha256=...) is needed.")
    wanted = [_mac(secret.encode(), body).hex() for secret in secrets]
    return _matched([given.removeprefix("sha256=").lower()], wanted, hashlib.sha256(body).hexdigest())


def _matched(given: Iterable[str], wanted: Iterable[str], delivery: str) -> str:
    ours = list(wanted)
    if any(hmac.compare_digest(one.encode(), other.encode()) for one in given for other in ours):
        return delivery
    raise NotAllowed("The signature does not fit the body and the secret.")


def _key(secret: str) -> bytes:
    """Standard Webhooks writes the key in base64 behind `whsec_`; any other secret is taken as it stands."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            pass
    return secret.encode()


def _mac(key: bytes, signed: bytes) -> bytes:
    return hmac.new(key, signed, hashlib.sha256).digest()
