"""Who somebody is: looked up in Slack, kept for a minute at most, and worth nothing when it cannot be looked up."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.ids import person_id
from agents.core.people import PersonKind
from agents.core.policy import Policy
from bot.edge.bolt import forget_changed
from bot.edge.directory import SlackDirectory, groups_in, read_account
from bot.edge.identity import Home
from bot.emulator import Emulator

POLICY = Policy.model_validate(
    {"agents": {"clerk": {"approvers": {"groups": ["S0SUPPORT", "S0OPS"]}, "owner": {"users": ["U0ANA"]}}}}
)
HOME = Home(team_id="T0LOCAL")


class Steady:
    """A steady clock that moves when told."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest_asyncio.fixture
async def people(emu: Emulator, steady: Steady) -> AsyncIterator[SlackDirectory]:
    async with aiohttp.ClientSession() as session:
        web = AsyncWebClient(token=emu.bot_token, base_url=emu.api_url, session=session, retry_handlers=[])
        yield SlackDirectory(web=web, home=HOME, policy=lambda: POLICY, steady=steady)


@pytest.mark.parametrize(
    ("user", "kind"),
    [
        ("U0ANA", PersonKind.MEMBER),
        ("U0BO", PersonKind.MEMBER),
        ("U0GUS", PersonKind.GUEST),
        ("U0EVE", PersonKind.EXTERNAL),
        ("U0OLD", PersonKind.DEACTIVATED),
        ("U0OTHERBOT", PersonKind.BOT),
        ("U0NOBODY", PersonKind.UNKNOWN),
    ],
)
async def test_each_kind_of_account_is_recognised(people: SlackDirectory, user: str, kind: PersonKind) -> None:
    """S-C7: only a member may ever decide."""
    found = await people.person(person_id("T0LOCAL", user))
    assert found.kind is kind
    assert found.user == user


async def test_groups_of_the_policy_and_time_zone_come_along(people: SlackDirectory) -> None:
    ana = await people.person(person_id("T0LOCAL", "U0ANA"))
    dee = await people.person(person_id("T0LOCAL", "U0DEE"))
    assert ana.groups == {"S0SUPPORT"}
    assert dee.groups == {"S0OPS"}
    assert ana.name == "ana"
    assert "/" in ana.timezone


@pytest.mark.parametrize(
    ("slack", "ours"),
    [("Asia/Kolkata", "Asia/Kolkata"), ("Mars/Olympus", "UTC"), (None, "UTC"), ("../etc/passwd", "UTC")],
)
def test_a_time_zone_that_this_machine_does_not_know_is_utc(slack: str | None, ours: str) -> None:
    """Slack may know newer ones, and times have to be shown all the same."""
    assert read_account({"id": "U1", "team_id": "T0LOCAL", "tz": slack}, HOME).timezone == ours


async def test_somebody_of_another_workspace_is_external_without_a_question(
    people: SlackDirectory, emu: Emulator
) -> None:
    assert (await people.person(person_id("T0OTHER", "U0ANA"))).kind is PersonKind.EXTERNAL
    assert not await emu.calls("users.info")


async def test_an_answer_is_kept_for_a_minute_and_no_longer(
    people: SlackDirectory, emu: Emulator, steady: Steady
) -> None:
    """S-C5."""
    ana = person_id("T0LOCAL", "U0ANA")
    for _ in range(3):
        await people.person(ana)
        steady.at += 19
    assert len(await emu.calls("users.info")) == 1
    steady.at += 4
    await people.person(ana)
    assert len(await emu.calls("users.info")) == 2
    assert len(await emu.calls("usergroups.users.list")) == 4


async def test_a_decision_asks_again_and_clicks_at_the_same_moment_share_the_answer(
    people: SlackDirectory, emu: Emulator, steady: Steady
) -> None:
    ana = person_id("T0LOCAL", "U0ANA")
    await people.person(ana)
    steady.at += 2
    await asyncio.gather(*(people.person(ana, fresh=True) for _ in range(10)))
    assert len(await emu.calls("users.info")) == 2


async def test_a_storm_of_decisions_stays_below_what_slack_allows(
    people: SlackDirectory, emu: Emulator, steady: Steady
) -> None:
    """Slack allows twenty questions about groups a minute; refusing everybody after the tenth click would be worse than
    an answer of some seconds ago."""
    ana = person_id("T0LOCAL", "U0ANA")
    for _ in range(20):
        assert (await people.person(ana, fresh=True)).groups == {"S0SUPPORT"}
        steady.at += 2
    assert len(await emu.calls("usergroups.users.list")) < 20


@pytest.mark.parametrize("fault", ["error", "server_error", "cut", "malformed_reply", "rate_limited"])
async def test_groups_that_cannot_be_looked_up_give_no_rights(
    people: SlackDirectory, emu: Emulator, fault: str
) -> None:
    """S-C6."""
    await emu.fault(fault, {"method": "usergroups.users.list"}, times=10, error="plan_upgrade_required")
    found = await people.person(person_id("T0LOCAL", "U0ANA"))
    assert found.kind is PersonKind.MEMBER
    assert found.groups is None
    assert people.trouble is not None


async def test_accounts_that_cannot_be_looked_up_give_no_rights(people: SlackDirectory, emu: Emulator) -> None:
    """S-C6."""
    await emu.fault("server_error", {"method": "users.info"}, times=10)
    found = await people.person(person_id("T0LOCAL", "U0ANA"))
    assert found.kind is PersonKind.UNKNOWN
    assert found.groups is None


async def test_a_failed_look_up_is_not_kept(people: SlackDirectory, emu: Emulator) -> None:
    ana = person_id("T0LOCAL", "U0ANA")
    await emu.fault("server_error", {"method": "users.info"})
    assert (await people.person(ana)).kind is PersonKind.UNKNOWN
    assert (await people.person(ana)).kind is PersonKind.MEMBER


async def test_a_slow_slack_counts_as_none(
    people: SlackDirectory, emu: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.edge.directory.LIMIT_SECONDS", 0.1)
    await emu.fault("slow", {"method": "users.info"}, seconds=1.0)
    assert (await people.person(person_id("T0LOCAL", "U0ANA"))).kind is PersonKind.UNKNOWN


@pytest.mark.parametrize(
    "event",
    [
        {"type": "user_change", "user": {"id": "U0ANA"}},
        {"type": "subteam_members_changed", "subteam_id": "S0SUPPORT"},
        {"type": "subteam_updated", "subteam": {"id": "S0SUPPORT"}},
    ],
    ids=lambda event: event["type"],
)
async def test_a_change_is_known_at_once(people: SlackDirectory, emu: Emulator, event: dict[str, Any]) -> None:
    """S-C5."""
    ana = person_id("T0LOCAL", "U0ANA")
    assert (await people.person(ana)).groups == {"S0SUPPORT"}
    if event["type"] == "user_change":
        await emu.act("user", id="U0ANA", deleted=True)
    else:
        await emu.act("usergroup", usergroup="support-leads", users=[])
    forget_changed(event, people)
    now = await people.person(ana)
    assert now.kind is PersonKind.DEACTIVATED or now.groups == frozenset()


async def test_a_channel_is_named(people: SlackDirectory, emu: Emulator) -> None:
    assert await people.channel_name("C0SUPPORT") == "#support"
    assert await people.channel_name("C0NOWHERE") == "C0NOWHERE"


def test_every_group_of_a_policy_is_found_wherever_it_stands() -> None:
    assert groups_in(POLICY) == {"S0SUPPORT", "S0OPS"}
    deep = Policy.model_validate(
        {
            "operators": {"groups": ["S1"]},
            "roles": {"r": {"groups": ["S2"]}},
            "agents": {"a": {"approvers": ["S3"], "tiers": {"high": {"approvers": ["S4"]}}}},
        }
    )
    assert groups_in(deep) == {"S1", "S2", "S3", "S4"}
