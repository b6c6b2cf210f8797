"""Log lines: readable, and without secrets."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from agents.core.redaction import redact
from bot.logs import start_logging


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize(
    "text",
    [
        "token xoxb-1234567890-abcdefghij used",
        "xapp-1-A0123456789-123-abcdef",
        "wss://wss.slack.com/link/?ticket=2c9f0c2e-secret&app_id=A1",
        "POST https://hooks.slack.com/commands/T1/123/secretsecret",
        "http://127.0.0.1:8770/response/abcSecretabc",
        "postgresql+asyncpg://bot:hunter2secret@db/calmops",
        "xoxe.xoxp-1-Mi0yLTEyMzQ1Njc4OTA",
    ],
)
def test_secrets_never_reach_the_log(text: str, form: str) -> None:
    stream = io.StringIO()
    start_logging(stream=stream, form=form)
    log = logging.getLogger("test")
    log.warning("It says %s", text, extra={"event": "x", "where": text})
    try:
        raise RuntimeError(text)
    except RuntimeError:
        log.exception("Broken")
    said = stream.getvalue()
    for secret in ("1234567890-abc", "A0123456789-123", "2c9f0c2e", "secretsecret", "abcSecret", "hunter2", "Mi0yLTEy"):
        assert secret not in said


def test_ordinary_words_stay_as_they_are() -> None:
    text = "box-office of xoxo, app_id=A1, see https://example.org/a:b@c"
    assert redact(text) == text


def test_a_line_for_people_and_a_line_for_machines() -> None:
    for form in ("text", "json"):
        stream = io.StringIO()
        start_logging(stream=stream, form=form, role="edge")
        logging.getLogger("x").warning("The socket is %s.", "gone", extra={"event": "socket.gone", "tries": 2})
        line = stream.getvalue().strip()
        if form == "text":
            assert line.endswith("edge     warning  The socket is gone. (socket.gone, tries=2)")
        else:
            found = json.loads(line)
            assert found["sentence"] == "The socket is gone."
            assert (found["event"], found["tries"], found["role"], found["level"]) == (
                "socket.gone",
                2,
                "edge",
                "warning",
            )


def test_the_sdks_loggers_stay_above_debug() -> None:
    """They print whole payloads there."""
    start_logging(level="DEBUG", stream=io.StringIO())
    assert not logging.getLogger("slack_sdk.web.async_client").isEnabledFor(logging.INFO)
    assert not logging.getLogger("slack_bolt.AsyncApp").isEnabledFor(logging.DEBUG)
