"""Tokens and secrets planted where people and tools put them by mistake: none comes out where it must not."""

import json
import logging
import sqlite3
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from agents.core.people import operator
from agents.core.policy import Policy
from agents.core.records import EscalationRecord, OutboxRecord, Verdict
from agents.core.redaction import HIDDEN, Redactor
from bot.app import hide_secrets
from bot.logs import start_logging
from bot.settings import Settings
from handlers import operations
from handlers.operations.audit import export_audit
from handlers.rendering import Context, render
from storage import trail
from tests.operations.town import BO, CHO, REGISTRY, Town, policy

# Written in parts, so that no scanner takes this file for a leak.
CANARIES = {
    "bot token": "xoxb" + "-2345678901-2345678901234-AbCdEfGhIjKlMnOpQrStUvWx",
    "app token": "xapp" + "-1-A0123456789-1234567890123-" + "a1b2c3d4" * 8,
    "github token": "ghp" + "_" + "a1B2c3D4e5" * 4,
    "password": "Passw0rd-" + "canary-77",
    "own kind": "KD-" + "123456",
}
RULES: Policy = policy().model_copy(update={"redact": (r"KD-[0-9]{6}",)})


def text_with_all() -> str:
    return " ".join(
        f"password: {value}" if name == "password" else f"here {value} end" for name, value in CANARIES.items()
    )


def leaks(text: str) -> list[str]:
    return [name for name, value in CANARIES.items() if value in text]


async def spoiled(town: Town) -> EscalationRecord:
    """A question in which every text that comes from outside holds every canary."""
    town.policy = RULES
    town.store.redact = Redactor.of(patterns=RULES.redact)
    asked = await town.ask(args={"invoice": 1, "amount": "5", "note": text_with_all()})
    other = await town.ask(args={"invoice": 1, "amount": "5", "note": text_with_all()})
    await town.write(
        lambda tx: operations.ask_details(tx, RULES, asked.id, BO, f"What is {text_with_all()}?", version=1)
    )
    await town.answer(asked, verdict=Verdict.REJECTED, reason=text_with_all())
    await town.write(lambda tx: operations.cancel(tx, RULES, other.job_id, CHO, reason=text_with_all()))
    await town.write(lambda tx: tx.audit("test.error", actor="x", error=text_with_all(), deep={"a": [text_with_all()]}))
    return asked


async def test_no_secret_reaches_the_audit_or_its_export(town: Town, sqlite_path: Path) -> None:
    """S-G4."""
    await spoiled(town)
    rows = await town.read(trail.rows)
    assert leaks(json.dumps([[dict(row.data), dict(row.texts)] for row in rows])) == []
    exported = [line async for line in export_audit(town.store, RULES, operator("root"))]
    assert leaks("".join(exported)) == []
    assert HIDDEN in "".join(exported)
    with sqlite3.connect(sqlite_path) as database:
        kept = "".join(map(str, database.execute("SELECT * FROM audit").fetchall()))
        kept += "".join(map(str, database.execute("SELECT * FROM audit_texts").fetchall()))
    database.close()
    assert leaks(kept) == []


async def test_no_secret_reaches_a_card(town: Town) -> None:
    """S-G4."""
    asked = await spoiled(town)
    context = Context(registry=REGISTRY, policy=RULES, bot_user="U0CALMOPS", team="T0LOCAL")
    shown: list[str] = []

    def draw(tx: Any, row: OutboxRecord) -> None:
        rendered = render(tx, context, row)
        if rendered:
            shown.append(rendered.text + json.dumps(rendered.blocks))

    rows = [row for view in ("escalation_card", "details_asked", "reminder") for row in await town.messages(view)]
    assert any(row.params.get("escalation_id") == asked.id for row in rows)
    for row in rows:
        await town.read(lambda tx, one=row: draw(tx, one))  # type: ignore[misc]
    assert leaks("".join(shown)) == []
    assert HIDDEN in "".join(shown)


async def test_without_the_guards_every_canary_would_be_seen(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-G4."""
    monkeypatch.setattr("handlers.rendering.without_secrets", lambda rendered, _: rendered)
    town.store.redact = lambda text: text
    monkeypatch.setattr(Redactor, "__call__", lambda _, text: text)
    await spoiled(town)
    town.store.redact = lambda text: text
    await town.write(lambda tx: tx.audit("test.error", actor="x", error=text_with_all()))
    rows = await town.read(trail.rows)
    assert sorted(leaks(json.dumps([dict(row.data) for row in rows]))) == sorted(CANARIES)


@pytest.fixture
def captured() -> StringIO:
    stream = StringIO()
    start_logging(form="json", level="DEBUG", stream=stream)
    return stream


def test_no_secret_reaches_a_log_line(captured: StringIO) -> None:
    """S-G4."""
    log = logging.getLogger("test.canaries")
    log.info("Something about %s", text_with_all(), extra={"event": "test", "detail": text_with_all()})
    try:
        raise RuntimeError(text_with_all())
    except RuntimeError:
        log.exception("It failed.")
    line = captured.getvalue()
    assert set(leaks(line)) <= {"own kind"}
    assert "It failed." in line


def test_the_tokens_in_use_are_hidden_by_value() -> None:
    odd = "not-like-a-token-" + "at-all-4711"
    settings = Settings(slack_bot_token=odd, calmops_model_key="another-" + "odd-secret-9")  # type: ignore[arg-type]
    hide = hide_secrets(settings, lambda: RULES)
    assert hide(f"a {odd} b another-odd-secret-9 c KD-123456") == f"a {HIDDEN} b {HIDDEN} c {HIDDEN}"


def test_settings_do_not_show_their_secrets() -> None:
    odd = "not-like-a-token-" + "at-all-4711"
    settings = Settings(slack_bot_token=odd)  # type: ignore[arg-type]
    assert odd not in repr(settings) + str(settings) + settings.model_dump_json()
