"""A delivery is taken for whoever signed it, and for nobody else."""

import base64
import hashlib
import hmac

import pytest
from pydantic import ValidationError

from agents.core.errors import InvalidInput, NotAllowed
from agents.core.policy import Policy
from agents.core.webhooks import TOLERANCE_SECONDS, Scheme, check_signature, pick, read_body, sign

BODY, SECRET, NOW = b'{"text": "The invoice is wrong"}', "s3cret-of-the-shop", 1_795_255_200.0


def accepted(headers: dict[str, str], body: bytes = BODY, *secrets: str, now: float = NOW) -> str:
    return check_signature(Scheme.STANDARD, headers, body, secrets or (SECRET,), now=now)


def test_what_was_signed_with_the_secret_is_known_by_its_id() -> None:
    assert accepted(sign(BODY, SECRET, delivery="order-1", now=NOW)) == "order-1"


def test_the_published_example_of_standard_webhooks_is_accepted() -> None:
    """The values of the specification's own example."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    found = accepted(headers, b'{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", now=1614265330)
    assert found == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_while_a_secret_is_exchanged_both_are_accepted() -> None:
    assert accepted(sign(BODY, SECRET, delivery="a", now=NOW), BODY, "the new one", SECRET) == "a"


@pytest.mark.parametrize("late", [-TOLERANCE_SECONDS - 1, TOLERANCE_SECONDS + 1])
def test_a_delivery_of_another_time_is_refused(late: int) -> None:
    with pytest.raises(NotAllowed, match="five minutes"):
        accepted(sign(BODY, SECRET, delivery="a", now=NOW + late))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-id", "other"),
        ("webhook-timestamp", "1795255201"),
        ("webhook-signature", "v1,AAAA"),
        ("webhook-signature", "v1,é"),
        ("webhook-signature", "v2,AAAA"),
        ("webhook-signature", ""),
        ("webhook-timestamp", "soon"),
        ("webhook-timestamp", "²"),
        ("webhook-id", ""),
    ],
)
def test_a_header_that_was_changed_is_refused(name: str, value: str) -> None:
    with pytest.raises(NotAllowed):
        accepted({**sign(BODY, SECRET, delivery="a", now=NOW), name: value})


def test_a_body_that_was_changed_and_another_secret_are_refused() -> None:
    headers = sign(BODY, SECRET, delivery="a", now=NOW)
    for body, secret in ((BODY + b" ", SECRET), (BODY, "another")):
        with pytest.raises(NotAllowed, match="does not fit"):
            accepted(headers, body, secret)


def test_in_the_scheme_of_github_the_body_is_the_key() -> None:
    """The delivery's id is not signed there, so it must not decide whether something is new."""
    signature = "sha256=" + hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
    keys = {
        check_signature(
            Scheme.GITHUB,
            {"x-hub-signature-256": signature, "x-github-delivery": delivery},
            BODY,
            (SECRET,),
            now=NOW,
        )
        for delivery in ("one", "two")
    }
    assert len(keys) == 1
    with pytest.raises(NotAllowed):
        check_signature(Scheme.GITHUB, {"x-hub-signature-256": signature}, BODY + b" ", (SECRET,), now=NOW)
    with pytest.raises(NotAllowed, match="X-Hub-Signature-256"):
        check_signature(Scheme.GITHUB, {}, BODY, (SECRET,), now=NOW)


def test_fields_are_picked_by_their_path() -> None:
    body = {"ticket": {"lines": [{"body": "first"}, {"body": "second"}]}, "id": 7}
    assert pick(body, {"text": "ticket.lines.1.body", "ticket": "id"}) == {"text": "second", "ticket": 7}
    assert pick(body, {}) == body


@pytest.mark.parametrize("path", ["ticket.boddy", "ticket.lines.5", "ticket.lines.x", "id.deeper", "nothing"])
def test_a_path_that_leads_nowhere_is_named(path: str) -> None:
    with pytest.raises(InvalidInput, match=path.replace(".", r"\.")):
        pick({"ticket": {"lines": []}, "id": 7}, {"text": path})


def test_a_text_longer_than_any_message_is_refused() -> None:
    with pytest.raises(InvalidInput, match="40001"):
        pick({"text": "x" * 40_001}, {})


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"7", b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(InvalidInput, match="body"):
        read_body(body)


def test_a_secret_itself_may_not_stand_in_the_policy() -> None:
    for secret in ("hunter2", "env:PATH", "env:SLACK_BOT_TOKEN", [], ["env:CALMOPS_SECRET_A"] * 3):
        with pytest.raises(ValidationError, match="where the secret stands"):
            Policy.model_validate({"webhooks": {"shop": {"agent": "triage", "secret": secret}}})
    good = Policy.model_validate({"webhooks": {"shop": {"agent": "triage", "secret": "file:/run/secrets/shop"}}})
    assert good.webhooks["shop"].secret == ("file:/run/secrets/shop",)


def test_a_name_that_cannot_stand_in_an_address_is_refused() -> None:
    with pytest.raises(ValidationError, match="address"):
        Policy.model_validate({"webhooks": {"The Shop": {"agent": "triage", "secret": "env:CALMOPS_SECRET_A"}}})


def test_a_key_that_is_no_base64_is_taken_as_it_stands() -> None:
    odd = "whsec_not base64"
    assert accepted(sign(BODY, odd, delivery="a", now=NOW), BODY, odd) == "a"
    plain = base64.b64encode(b"key").decode()
    assert accepted(sign(BODY, f"whsec_{plain}", delivery="a", now=NOW), BODY, "key") == "a"
