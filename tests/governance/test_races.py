"""Ten people press at the same instant, in two processes: one decision, and nine are told who decided."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from agents.core.policy import Policy
from agents.core.records import EscalationRecord, EscalationState
from agents.core.status import JobStatus
from storage import escalations
from storage.tables import audit
from tests.operations.town import Town, policy, town

USERS = [f"U0P{number}" for number in range(10)]
ANSWERED = select(func.count()).where(audit.c.event == "escalation.answered")
RULES = policy(approvers=USERS, limits={"stamp_count": 100_000})


class Clicker:
    """A process of its own that answers when it is told to."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def press(self, asked: EscalationRecord, answers: Sequence[tuple[str, str]]) -> list[list[str]]:
        assert self._process.stdin
        line = {"id": asked.id, "version": asked.version, "answers": answers}
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        told: list[list[str]] = await self.said()
        return told

    async def said(self) -> Any:
        assert self._process.stdout
        return json.loads(await self._process.stdout.readline())


@asynccontextmanager
async def clicker(url: str, rules: Policy) -> AsyncIterator[Clicker]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.governance.clicker", url, rules.model_dump_json()),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    one = Clicker(process)
    assert await one.said() == "ready"
    yield one
    assert process.stdin
    process.stdin.close()
    await process.wait()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


async def race(place: Town, clickers: Sequence[Clicker], verdicts: Sequence[str]) -> Counter[str]:
    """Everybody answers one question at once. Returns how often each thing was said; checks that all say the same."""
    asked = await place.ask()
    shares = [USERS[:5], USERS[5:]]
    answers = [[(user, verdicts[USERS.index(user) % len(verdicts)]) for user in share] for share in shares]
    told = await asyncio.gather(*(one.press(asked, share) for one, share in zip(clickers, answers, strict=True)))
    said = [line for share in told for line in share]
    after = await place.question(asked.id)
    assert after.state is EscalationState.DECIDED
    assert {(by, verdict) for _, by, verdict in said} == {(after.decided_by, after.verdict)}
    assert (await place.job_of(asked)).status is JobStatus.QUEUED
    return Counter(what for what, *_ in said)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("verdicts", [["approved"], ["approved", "rejected"]], ids=["approve", "approve or reject"])
async def test_of_ten_at_once_one_wins_and_nine_are_told(any_url: str, long_counts: bool, verdicts: list[str]) -> None:
    """S-C1, S-C2."""
    trials = 500 if long_counts else 50 if any_url.startswith("sqlite") else 15
    async with town(any_url, RULES) as place, AsyncExitStack() as stack:
        clickers = [await stack.enter_async_context(clicker(any_url, RULES)) for _ in range(2)]
        total: Counter[str] = Counter()
        for _ in range(trials):
            total += await race(place, clickers, verdicts)
        decisions = await place.read(lambda tx: tx.execute(ANSWERED).scalar_one())
    assert total == {"won": trials, "told": 9 * trials}
    assert decisions == trials


async def test_without_the_conditional_update_several_would_win(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-C1: the planted bug: read, then write. The race above would not go unnoticed."""
    async with town(sqlite_url, RULES) as place:
        asked = await place.ask()
        stale = await place.question(asked.id)
        monkeypatch.setattr(escalations, "get", lambda *_, **__: stale)
        monkeypatch.setattr(escalations, "settle", lambda *_, **__: stale)
        monkeypatch.setattr(escalations, "approvals", lambda *_: [])
        from tests.operations.town import ANA, BO

        place.policy = policy()
        done = await asyncio.gather(place.answer(asked, ANA), place.answer(asked, BO))
        assert [one.complete for one in done] != [True, False]
