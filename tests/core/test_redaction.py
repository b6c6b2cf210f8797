"""Secrets are hidden before a text is shown, logged, kept or given to a model; ordinary text stays as it is."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.redaction import HIDDEN, MASKED, Redactor, redact

# Written in two parts, so that no scanner takes this file for a leak.
SECRETS = {
    "a bot token": "xoxb" + "-2345678901-2345678901234-AbCdEfGhIjKlMnOpQrStUvWx",
    "an app token": "xapp" + "-1-A0123456789-1234567890123-" + "a1b2c3d4" * 8,
    "a local token": "xoxb" + "-local-calmops",
    "a webhook": "https://hooks.slack.com/" + "services/T000/B000/XXXXXXXXXXXX",
    "a github token": "ghp" + "_" + "a1B2c3D4e5" * 4,
    "an aws key": "AKIA" + "IOSFODNN7EXAMPLE",
    "a model key": "sk-" + "proj-abcdefghijklmnop1234",
    "a payment key": "sk_" + "live_abcdefghijklmnop",
    "a google key": "AIza" + "SyA1234567890abcdefghijklmnopqrstuv",
    "a signed token": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "c2lnbmF0dXJlc2lnbmF0dXJl",
    "a private key": "-----BEGIN " + "PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----",
    "a card": "4111 1111 " + "1111 1111",
    "a header": "Authorization: Bearer " + "abcdefghijklmnopqrstuvwxyz012345",
    "a database address": "postgresql://calmops:" + "hunter2@db.internal/x",
    "a password": "password: " + "hunter22!",
    "a german password": "Passwort=" + "geheim123!",
    "an assigned key": "api_key = '" + "abc123def456'",
    "a socket ticket": "wss://wss.slack.com/link/?ticket=" + "1234-5678&app_id=x",
}
ORDINARY = [
    "Please reset my password, I forgot it.",
    "The token is expired since Monday.",
    "Order 4111111111111112 has not arrived.",
    "Call me at +49 30 1234567890.",
    "ticket 482 in C0SUPPORT at 1700000000.000100",
    "https://example.com/a/b?c=d",
    "a" * 64,
    "0123456789abcdef" * 4,
    "",
]


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_is_hidden_and_the_words_around_it_stay(kind: str) -> None:
    secret = SECRETS[kind]
    shown = redact(f"Hello, here it is: {secret} and thanks.")
    core = re.split(r"[\s'=]", secret.removeprefix("https://hooks.slack.com/"))[-1]
    assert core not in shown or len(core) < 6
    assert HIDDEN in shown
    assert shown.startswith("Hello, here it is:")


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


@given(st.text(max_size=300), st.sampled_from(sorted(SECRETS)), st.text(max_size=300))
def test_a_token_is_found_in_any_text(before: str, kind: str, after: str) -> None:
    if kind in ("a bot token", "an aws key", "a github token"):
        secret = SECRETS[kind]
        assert secret not in redact(f"{before} {secret} {after}")


@pytest.mark.parametrize(
    "text",
    ["a-" * 20_000, "eyJ-" * 10_000, "token" * 8_000, "1 " * 20_000, "://a:" * 8_000, "secret-" * 6_000, "x" * 40_000],
    ids=lambda text: text[:6],
)
@pytest.mark.timeout(10)
def test_a_hostile_text_does_not_take_long(text: str) -> None:
    redact(text)


def test_secrets_are_known_by_value_too() -> None:
    hide = Redactor.of(known=["correct horse battery", "short"])
    assert hide("it is correct horse battery, short of that") == f"it is {HIDDEN}, short of that"


def test_the_policy_adds_patterns_and_fields() -> None:
    hide = Redactor.of(patterns=[r"CUST-\d+"], sensitive=["iban"])
    value: dict[str, Any] = {"note": "for CUST-77", "IBAN": "DE00", "deep": [{"iban": "DE01", "empty": None}], "n": 3}
    assert hide.value(value) == {
        "note": f"for {HIDDEN}",
        "IBAN": MASKED,
        "deep": [{"iban": MASKED, "empty": None}],
        "n": 3,
    }


def test_a_redactor_does_not_show_what_it_knows() -> None:
    assert "hunter22" not in repr(Redactor.of(known=["hunter22hunter22"]))
