"""The audit chain: every change to it is found, by the chain itself or by the anchors outside; texts can be erased."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.core.audit import Personal
from agents.core.clock import SystemClock
from agents.core.errors import InvalidInput, Misconfigured, NotAllowed
from agents.core.people import operator
from handlers import operations
from handlers.operations.audit import post_anchor
from storage import trail
from storage.anchor import AnchorFile
from storage.chain import GENESIS, link
from storage.open import open_store
from storage.store import AuditEntry, Store, Tx
from tests.operations.town import BO, POLICY, Town

ROOT = operator("root")


async def write_lines(store: Store, number: int, start: int = 0) -> None:
    for place in range(start, start + number):
        await store.write(
            lambda tx, n=place: tx.audit(  # type: ignore[misc]
                "test.line", actor="T0/U1", job_id=n, n=n, at=1.5, said=Personal(text=f"word {n}", about="T0/U1")
            )
        )


def sql(*statements: str) -> Callable[[sqlite3.Connection], None]:
    def do(database: sqlite3.Connection) -> None:
        for statement in statements:
            database.execute(statement)

    return do


def forge(database: sqlite3.Connection) -> None:
    """A whole new chain with one line changed, hashes and all: nothing inside the database gives it away."""
    rows = database.execute("SELECT seq, at, event, job_id, actor, data FROM audit ORDER BY seq").fetchall()
    prev = GENESIS
    for seq, at, event, job_id, actor, data in rows:
        values: dict[str, Any] = json.loads(data)
        if seq == 5:
            values["n"] = 999
        entry = AuditEntry(event=event, job_id=job_id, actor=actor, data=values, at=at)
        made = link(seq, entry, prev)
        prev = made["hash"]
        database.execute(
            "UPDATE audit SET data = ?, prev = ?, hash = ? WHERE seq = ?", (json.dumps(values), made["prev"], prev, seq)
        )


TAMPERING: dict[str, Callable[[sqlite3.Connection], None]] = {
    "an edited line": sql("UPDATE audit SET actor = 'T0/U9' WHERE seq = 5"),
    "edited data": sql("""UPDATE audit SET data = json_set(data, '$.n', 77) WHERE seq = 7"""),
    "an edited time": sql("UPDATE audit SET at = at + 1 WHERE seq = 7"),
    "an edited hash": sql("UPDATE audit SET hash = prev WHERE seq = 7"),
    "a deleted line": sql("DELETE FROM audit_texts WHERE seq = 8", "DELETE FROM audit WHERE seq = 8"),
    "a deleted first line": sql("DELETE FROM audit_texts WHERE seq = 1", "DELETE FROM audit WHERE seq = 1"),
    "an inserted line": sql(
        "UPDATE audit SET seq = -seq WHERE seq > 9",
        "INSERT INTO audit SELECT 10, at, event, job_id, actor, data, prev, hash FROM audit WHERE seq = 9",
        "UPDATE audit SET seq = 1 - seq WHERE seq < 0",
    ),
    "two lines that changed places": sql(
        "UPDATE audit SET seq = 1000 WHERE seq = 3",
        "UPDATE audit SET seq = 3 WHERE seq = 4",
        "UPDATE audit SET seq = 4 WHERE seq = 1000",
    ),
    "a tail that was cut": sql("DELETE FROM audit_texts WHERE seq > 15", "DELETE FROM audit WHERE seq > 15"),
    "everything deleted": sql("DELETE FROM audit_texts", "DELETE FROM audit"),
    "a chain computed anew": forge,
    "an edited text": sql("UPDATE audit_texts SET text = 'something else' WHERE seq = 6"),
}


async def verified(store: Store, anchors: AnchorFile) -> trail.Verified:
    return await operations.verify_audit(store, POLICY, ROOT, anchors)


@pytest.mark.parametrize("how", TAMPERING)
async def test_tampering_is_found(sqlite_path: Path, sqlite_url: str, tmp_path: Path, how: str) -> None:
    anchors = AnchorFile(tmp_path / "elsewhere" / "anchors")
    store = await open_store(sqlite_url, SystemClock())
    await write_lines(store, 20)
    await anchors.follow(store)
    assert (await verified(store, anchors)).whole
    await store.close()
    with sqlite3.connect(sqlite_path) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        TAMPERING[how](database)
    database.close()
    store = await open_store(sqlite_url, SystemClock())
    found = await verified(store, anchors)
    await store.close()
    assert found.problems, how


@pytest.mark.parametrize("how", ["a tail that was cut", "a chain computed anew", "everything deleted"])
async def test_what_only_the_anchor_shows_is_not_seen_without_it(
    sqlite_path: Path, sqlite_url: str, tmp_path: Path, how: str
) -> None:
    store = await open_store(sqlite_url, SystemClock())
    await write_lines(store, 20)
    await store.close()
    with sqlite3.connect(sqlite_path) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        TAMPERING[how](database)
    database.close()
    store = await open_store(sqlite_url, SystemClock())
    assert (await store.read(trail.verify)).whole
    await store.close()


async def test_a_database_that_was_rolled_back_is_found(sqlite_path: Path, sqlite_url: str, tmp_path: Path) -> None:
    anchors = AnchorFile(tmp_path / "anchors")
    store = await open_store(sqlite_url, SystemClock())
    await write_lines(store, 5)
    await store.close()
    backup = _whole(sqlite_path)
    store = await open_store(sqlite_url, SystemClock())
    await write_lines(store, 5, start=5)
    await anchors.follow(store)
    await store.close()
    _restore(sqlite_path, backup)
    store = await open_store(sqlite_url, SystemClock())
    await write_lines(store, 9, start=100)
    found = await verified(store, anchors)
    await store.close()
    assert any("rewritten or rolled back" in problem for problem in found.problems)


def _whole(path: Path) -> bytes:
    return path.read_bytes()


def _restore(path: Path, backup: bytes) -> None:
    for leftover in path.parent.glob(f"{path.name}-*"):
        leftover.unlink()
    path.write_bytes(backup)


async def test_the_anchor_follows_the_newest_line_and_survives_a_crash_while_it_is_written(
    store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "anchors"
    await write_lines(store, 3)
    assert (await AnchorFile(file).follow(store)) == await store.read(trail.head)
    assert await AnchorFile(file).follow(store) is None
    with file.open("a") as torn:
        torn.write('{"seq":9,"ha')
    assert len(AnchorFile(file).read()) == 1
    await write_lines(store, 1)
    anchors = AnchorFile(file)
    await anchors.follow(store)
    assert [anchor.seq for anchor in anchors.read()] == [3, 4]


async def test_an_anchor_file_that_was_spoiled_is_not_passed_over(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "anchors"
    await write_lines(store, 1)
    anchors = AnchorFile(file)
    await anchors.follow(store)
    file.write_text("nonsense\n" + file.read_text())
    with pytest.raises(Misconfigured, match="line 1"):
        await verified(store, anchors)


async def test_a_long_anchor_file_is_thinned_and_still_finds_everything_recent(tmp_path: Path) -> None:
    anchors = AnchorFile(tmp_path / "anchors")
    lines = "".join(json.dumps({"seq": n, "hash": "0" * 64, "at": n * 10.0}) + "\n" for n in range(1, 30_001))
    anchors.path.write_text(lines)
    assert anchors.thin() > 19_000
    kept = anchors.read()
    assert [one.seq for one in kept[-10_000:]] == list(range(20_001, 30_001))
    assert len(kept) < 10_100
    assert anchors.thin() == 0


async def test_the_head_is_posted_to_a_channel_once_an_hour(town: Town) -> None:
    rules = POLICY.model_copy(update={"anchor_channel": "C0OPS"})
    await write_lines(town.store, 3)
    assert not await town.write(lambda tx: post_anchor(tx, POLICY))
    assert await town.write(lambda tx: post_anchor(tx, rules))
    assert not await town.write(lambda tx: post_anchor(tx, rules))
    town.clock.advance(3600)
    assert not await town.write(lambda tx: post_anchor(tx, rules))
    await write_lines(town.store, 1)
    assert await town.write(lambda tx: post_anchor(tx, rules))
    first, second = await town.messages("reply")
    number, _, digest = first.params["text"].rpartition(": ")[2].partition(":")
    assert (first.channel, number, len(digest)) == ("C0OPS", "3", 64)
    posted = trail.Head(seq=int(number), hash=digest, at=0.0)
    assert (await town.read(lambda tx: trail.verify(tx, [posted]))).whole
    assert "4:" in second.params["text"]


async def test_erased_texts_leave_a_chain_that_still_verifies(town: Town, tmp_path: Path) -> None:
    """S-H2."""
    anchors = AnchorFile(tmp_path / "anchors")
    await write_lines(town.store, 20)
    await anchors.follow(town.store)
    assert await town.write(lambda tx: trail.erase_texts(tx, about="T0/U1")) == 20
    found = await verified(town.store, anchors)
    assert (found.problems, found.lines) == ((), 21)
    rows = await town.read(trail.rows)
    assert not any(row.texts for row in rows)
    assert "word" not in json.dumps([dict(row.data) for row in rows])


async def test_an_erased_text_cannot_be_guessed_from_its_hash(town: Town) -> None:
    await write_lines(town.store, 1)
    await write_lines(town.store, 1)
    first, second = [row.data["said"]["sealed"] for row in await town.read(trail.rows)]
    assert first != second


async def test_erasing_a_person_leaves_nothing_of_what_they_wrote(town: Town, sqlite_path: Path) -> None:
    """S-H2."""
    secret = "mango-eleven-harbour"
    asked = await town.ask(requester=BO, args={"invoice": 1, "amount": "2", "note": secret})
    await town.answer(asked, verdict="rejected", reason=f"because {secret}")  # type: ignore[arg-type]
    await town.write(lambda tx: operations.cancel(tx, POLICY, asked.job_id, BO, reason=secret))
    assert secret in _dump(sqlite_path)
    with pytest.raises(NotAllowed):
        await town.write(lambda tx: operations.erase_person(tx, POLICY, BO, BO.id))
    counts = await town.write(lambda tx: operations.erase_person(tx, POLICY, ROOT, BO.id))
    assert counts["texts"] >= 2
    assert counts["jobs"] == 1
    assert secret not in _dump(sqlite_path)
    assert (await town.read(trail.verify)).whole


def _dump(path: Path) -> str:
    with sqlite3.connect(path) as database:
        text = "\n".join(database.iterdump())
    database.close()
    return text


async def test_old_work_is_purged_and_the_chain_stays_whole(town: Town) -> None:
    """S-H2."""
    old, young = await town.ask(), await town.ask()
    for asked in (old, young):
        await town.answer(asked)
        await town.write(lambda tx, job=asked.job_id: operations.cancel(tx, POLICY, job, ROOT))  # type: ignore[misc]
        town.clock.advance(1000)
    cut = town.clock.now() - 1500
    counts = await town.write(lambda tx: operations.purge(tx, before=cut, by="calmops/system"))
    assert counts["jobs"] == 1
    assert (await town.read(trail.verify)).whole
    assert {row.job_id for row in await town.read(trail.rows)} >= {old.job_id, young.job_id}


async def test_no_line_is_lost_or_doubled_by_several_writers(sqlite_url: str) -> None:
    stores = [await open_store(sqlite_url, SystemClock()) for _ in range(4)]
    await asyncio.gather(*(write_lines(store, 50) for store in stores))
    found = await stores[0].read(trail.verify)
    assert (found.lines, found.problems) == (200, ())
    for store in stores:
        await store.close()


async def test_a_line_is_written_with_its_transaction_or_not_at_all(town: Town) -> None:
    """S-H1."""

    def work(tx: Tx) -> None:
        tx.audit("test.undone", actor="a")
        tx.audit("test.refused", actor="a", anyway=True)
        raise NotAllowed

    with pytest.raises(NotAllowed):
        await town.write(work)
    assert await town.events() == ["test.refused"]


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), b"bytes", object(), {1: object()}],
    ids=["nan", "inf", "bytes", "object", "number as key"],
)
async def test_what_has_no_json_form_is_refused_where_it_is_written(town: Town, value: object) -> None:
    with pytest.raises(InvalidInput):
        await town.write(lambda tx: tx.audit("test.odd", actor="a", value=value))
    await write_lines(town.store, 1)
    assert (await town.read(trail.verify)).whole
