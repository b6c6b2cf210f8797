"""Other systems start jobs through the real port: once each, signed, and with answers that help whoever sends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from agents.core.errors import Misconfigured
from agents.core.policy import Policy
from agents.core.status import JobStatus
from agents.core.webhooks import sign
from agents.library.triage import triage
from bot.emulator import Emulator
from bot.settings import Address, environment, read_settings
from storage import jobs
from tests.edge.rig import POLICY, Rig, edge_on

SECRET = "a-secret-of-forty-characters-for-the-shop"
RULES: dict[str, Any] = {"agent": "triage", "secret": "env:CALMOPS_SECRET_SHOP", "input": {"text": "ticket.body"}}
BODY = b'{"ticket": {"body": "I was charged twice <!channel>"}, "other": [1, 2]}'


def policy(**changes: Any) -> Policy:
    agents = {"triage": {"owner": ["U0ANA"], "approvers": ["U0BO"]}}
    return Policy.model_validate({**POLICY.model_dump(), "agents": agents, "webhooks": {"shop": {**RULES, **changes}}})


@pytest.fixture(autouse=True)
def shop_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALMOPS_SECRET_SHOP", SECRET)


@asynccontextmanager
async def door(emu: Emulator, data: Path, **changes: Any) -> AsyncIterator[tuple[Rig, aiohttp.ClientSession]]:
    """An edge that takes webhooks, and a sender."""
    async with (
        edge_on(emu, data, agents=(triage,), policy=policy(**changes), calmops_webhooks=Address("127.0.0.1", 0)) as rig,
        aiohttp.ClientSession() as sender,
    ):
        yield rig, sender


async def send(
    rig: Rig, sender: aiohttp.ClientSession, body: bytes = BODY, *, delivery: str = "order-1", name: str = "shop",
    secret: str = SECRET, **headers: str,
) -> tuple[int, dict[str, Any]]:  # fmt: skip
    signed = sign(body, secret, delivery=delivery, now=rig.bot.clock.now())
    async with sender.post(rig.edge.webhooks.url + name, data=BytesIO(body), headers={**signed, **headers}) as answer:
        return answer.status, await answer.json()


async def test_a_signed_delivery_is_a_job_before_it_is_answered(emu: Emulator, tmp_path: Path) -> None:
    async with door(emu, tmp_path, channel="C0SUPPORT") as (rig, sender):
        assert await send(rig, sender) == (202, {"ok": True, "job": "J1", "new": True})
        [job] = await rig.read(lambda tx: jobs.recent(tx))
        assert (job.agent, job.status, job.requester) == ("triage", JobStatus.QUEUED, "webhook/shop")
        assert job.input["text"] == "I was charged twice <!channel>"
        assert (job.source.kind, job.source.channel) == ("webhook", "C0SUPPORT")
        assert (await rig.edge.look())["webhooks"] == {"accepted": 1}


async def test_a_delivery_that_comes_twenty_times_at_once_is_one_job(emu: Emulator, tmp_path: Path) -> None:
    async with door(emu, tmp_path) as (rig, sender):
        answers = await asyncio.gather(*(send(rig, sender) for _ in range(20)))
        assert sorted(status for status, _ in answers) == [200] * 19 + [202]
        assert {answer["job"] for _, answer in answers} == {"J1"}
        assert (await send(rig, sender, delivery="order-2"))[1]["job"] == "J2"
        assert len(await rig.read(lambda tx: jobs.recent(tx))) == 2


async def test_who_does_not_know_the_secret_starts_nothing(emu: Emulator, tmp_path: Path) -> None:
    async with door(emu, tmp_path) as (rig, sender):
        for answer in (
            await send(rig, sender, secret="guessed"),
            await send(rig, sender, **{"webhook-id": "another"}),
            await send(rig, sender, **{"webhook-timestamp": "1"}),
        ):
            assert answer[0] == 401
        assert (await send(rig, sender, name="nowhere"))[0] == 404
        assert await rig.read(lambda tx: jobs.recent(tx)) == []
        assert (await rig.edge.look())["webhooks"] == {"refused": 4}


async def test_a_body_that_cannot_be_used_is_refused_with_the_reason(emu: Emulator, tmp_path: Path) -> None:
    async with door(emu, tmp_path) as (rig, sender):
        assert (await send(rig, sender, b"{"))[0] == 422
        status, answer = await send(rig, sender, b'{"ticket": {"text": "x"}}')
        assert (status, answer["error"]) == (422, "The body has nothing at ticket.body.")
        status, answer = await send(rig, sender, b'{"ticket": {"body": 7}}')
        assert status == 422
        assert "text" in answer["error"]
        assert (await send(rig, sender, b"x" * (1024 * 1024 + 1)))[0] == 413
        assert (await send(rig, sender))[0] == 202, "the door is still open"


async def test_what_is_wrong_on_our_side_is_not_told_outside(
    emu: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door(emu, tmp_path) as (rig, sender):
        monkeypatch.delenv("CALMOPS_SECRET_SHOP")
        status, answer = await send(rig, sender)
        assert (status, answer["error"]) == (503, "Not now; send it again.")
        assert (await rig.edge.look())["webhooks"] == {"failed": 1}


async def test_an_agent_whose_contract_allows_no_webhooks_is_not_started(emu: Emulator, tmp_path: Path) -> None:
    from agents.library.summarise import summarise

    rules = policy(agent="summarise", input={})
    rules = rules.model_copy(update={"agents": {**rules.agents, "summarise": rules.agents["triage"]}})
    async with (
        edge_on(
            emu, tmp_path, agents=(triage, summarise), policy=rules, calmops_webhooks=Address("127.0.0.1", 0)
        ) as rig,
        aiohttp.ClientSession() as sender,
    ):
        assert (await send(rig, sender))[0] == 503
        assert await rig.read(lambda tx: jobs.recent(tx)) == []


async def test_the_secret_is_hidden_wherever_it_turns_up(emu: Emulator, tmp_path: Path) -> None:
    async with door(emu, tmp_path) as (rig, _):
        assert SECRET not in rig.bot.store.redact(f"the key is {SECRET}.")


def test_workers_do_not_get_the_secret() -> None:
    assert "CALMOPS_SECRET_SHOP" in environment(secrets=True)
    assert SECRET not in environment(secrets=False).values()


def test_an_address_that_is_none_is_refused_in_words() -> None:
    for wrong in ("8790", "localhost", "127.0.0.1:http", "127.0.0.1:70000"):
        with pytest.raises(Misconfigured, match=r"CALMOPS_WEBHOOKS must be an address .* 127\.0\.0\.1:8790"):
            read_settings(calmops_webhooks=wrong)
    assert str(read_settings(calmops_webhooks="127.0.0.1:8790").calmops_webhooks) == "127.0.0.1:8790"


async def test_without_an_address_nothing_is_listened_on(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, agents=(triage,), policy=policy()) as rig:
        assert rig.edge.webhooks.url == ""


async def test_an_address_in_use_ends_the_start_with_one_line(emu: Emulator, tmp_path: Path) -> None:
    taken = Address("127.0.0.1", int(emu.base_url.rpartition(":")[2]))
    with pytest.raises(Misconfigured, match="CALMOPS_WEBHOOKS"):
        async with edge_on(emu, tmp_path, agents=(triage,), policy=policy(), calmops_webhooks=taken):
            pass
