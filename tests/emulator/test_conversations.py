"""conversations.*, users.*, usergroups.*: what an app may know."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator
from tests.emulator.conftest import refusal, refused


async def test_history_is_paged_newest_first(client: AsyncWebClient, emu: Emulator) -> None:
    stamps = [await emu.say("ana", "C0OPS", f"message {n}") for n in range(5)]
    first = await client.conversations_history(channel="C0OPS", limit=2)
    assert [m["ts"] for m in first["messages"]] == [stamps[4], stamps[3]]
    assert first["has_more"] is True
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel="C0OPS", limit=2, cursor=cursor)
    assert [m["ts"] for m in second["messages"]] == [stamps[2], stamps[1]]
    between = await client.conversations_history(channel="C0OPS", oldest=stamps[1], latest=stamps[3])
    assert [m["ts"] for m in between["messages"]] == [stamps[2]]
    inclusive = await client.conversations_history(channel="C0OPS", oldest=stamps[1], latest=stamps[3], inclusive=True)
    assert [m["ts"] for m in inclusive["messages"]] == [stamps[3], stamps[2], stamps[1]]
    assert await refused(client.conversations_history(channel="C0OPS", cursor="!!")) == "invalid_cursor"
    assert await refused(client.conversations_history(channel="C0OPS", oldest="soon")) == "invalid_ts_oldest"


async def test_replies_start_with_the_parent(client: AsyncWebClient, emu: Emulator) -> None:
    ts = await emu.say("ana", "C0OPS", "parent")
    reply = await emu.say("bo", "C0OPS", "reply", thread_ts=ts)
    thread = await client.conversations_replies(channel="C0OPS", ts=ts)
    assert [m["ts"] for m in thread["messages"]] == [ts, reply]
    assert thread["messages"][1]["parent_user_id"] == "U0ANA"
    assert [m["ts"] for m in (await client.conversations_history(channel="C0OPS"))["messages"]] == [ts]
    assert await refused(client.conversations_replies(channel="C0OPS", ts="1.1")) == "thread_not_found"


async def test_a_channel_the_app_is_not_in_keeps_its_words(client: AsyncWebClient, emu: Emulator) -> None:
    assert await refused(client.conversations_history(channel="C0GENERAL")) == "not_in_channel"
    assert (await client.conversations_info(channel="C0GENERAL"))["channel"]["is_member"] is False
    await emu.act("leave", channel="finance", user="U0CALMOPS")
    assert await refused(client.conversations_info(channel="C0FINANCE")) == "channel_not_found"


async def test_conversations_are_described_as_what_they_are(client: AsyncWebClient, emu: Emulator) -> None:
    shared = (await client.conversations_info(channel="C0PARTNER", include_num_members=True))["channel"]
    assert (shared["is_ext_shared"], shared["is_private"], shared["num_members"]) == (True, False, 4)
    private = (await client.conversations_info(channel="C0FINANCE"))["channel"]
    assert (private["is_private"], private["is_group"]) == (True, True)
    dm = (await client.conversations_open(users="U0ANA"))["channel"]["id"]
    assert (await client.conversations_info(channel=dm))["channel"]["user"] == "U0ANA"
    members = await client.conversations_members(channel="C0FINANCE", limit=2)
    assert members["members"] == ["U0BO", "U0DEE"]
    assert members["response_metadata"]["next_cursor"]


async def test_lists_go_by_type_and_scope(client: AsyncWebClient, emu: Emulator) -> None:
    public = await client.conversations_list()
    assert {c["name"] for c in public["channels"]} == {"support", "ops", "general", "partner-acme"}
    private = await client.conversations_list(types="private_channel")
    assert [c["name"] for c in private["channels"]] == ["finance"]
    mine = await client.users_conversations(types="public_channel,private_channel")
    assert "general" not in {c["name"] for c in mine["channels"]}
    assert await refused(client.conversations_list(types="secret_channel")) == "invalid_types"
    emu.local.app().adopt({**emu.local.manifest, "oauth_config": {"scopes": {"bot": ["channels:read"]}}})
    said = await refusal(client.conversations_list(types="public_channel,private_channel"))
    assert (said["error"], said["needed"], said["provided"]) == ("missing_scope", "groups:read", "channels:read")


async def test_archived_channels_can_be_left_out(client: AsyncWebClient, emu: Emulator) -> None:
    await client.conversations_archive(channel="C0OPS")
    assert await refused(client.conversations_archive(channel="C0OPS")) == "already_archived"
    names = {c["name"] for c in (await client.conversations_list(exclude_archived=True))["channels"]}
    assert "ops" not in names
    await client.conversations_unarchive(channel="C0OPS")
    assert await refused(client.conversations_unarchive(channel="C0OPS")) == "not_archived"


async def test_joining_creating_and_inviting(client: AsyncWebClient, emu: Emulator) -> None:
    joined = await client.conversations_join(channel="C0GENERAL")
    assert joined["channel"]["is_member"] is True
    assert (await client.conversations_join(channel="C0GENERAL"))["warning"] == "already_in_channel"
    created = await client.conversations_create(name="incident-7", is_private=True)
    channel = created["channel"]["id"]
    await client.conversations_invite(channel=channel, users="U0ANA,U0BO")
    assert (await client.conversations_members(channel=channel))["members"] == ["U0CALMOPS", "U0ANA", "U0BO"]
    assert await refused(client.conversations_invite(channel=channel, users="U0ANA")) == "already_in_channel"
    assert await refused(client.conversations_create(name="incident-7")) == "name_taken"
    assert await refused(client.conversations_create(name="Not A Name")) == "invalid_name_specials"
    await client.conversations_kick(channel=channel, user="U0ANA")
    assert "U0ANA" not in (await client.conversations_members(channel=channel))["members"]
    await client.conversations_setTopic(channel=channel, topic="All hands")
    assert (await client.conversations_info(channel=channel))["channel"]["topic"]["value"] == "All hands"
    await client.conversations_leave(channel=channel)


async def test_direct_conversations(client: AsyncWebClient) -> None:
    one = await client.conversations_open(users="U0ANA")
    assert (await client.conversations_open(users="U0ANA", return_im=True))["already_open"] is True
    group = await client.conversations_open(users="U0ANA,U0BO")
    assert group["channel"]["id"] != one["channel"]["id"]
    assert await refused(client.conversations_open(users="U0NOBODY")) == "user_not_found"
    assert await refused(client.conversations_open(users="U0OLD")) == "user_disabled"
    assert await refused(client.api_call("conversations.open")) == "users_list_not_supplied"


@pytest.mark.parametrize(
    ("user", "marks"),
    [
        ("U0BO", {"is_admin": True, "is_restricted": False}),
        ("U0GUS", {"is_restricted": True}),
        ("U0EVE", {"is_stranger": True, "team_id": "T0OTHER"}),
        ("U0OLD", {"deleted": True}),
        ("U0OTHERBOT", {"is_bot": True}),
    ],
)
async def test_people_are_what_they_are(client: AsyncWebClient, user: str, marks: dict[str, object]) -> None:
    described = (await client.users_info(user=user))["user"]
    assert {name: described[name] for name in marks} == marks


async def test_people_are_found(client: AsyncWebClient) -> None:
    assert (await client.users_lookupByEmail(email="ANA@calm.example"))["user"]["id"] == "U0ANA"
    assert await refused(client.users_lookupByEmail(email="nobody@calm.example")) == "users_not_found"
    assert await refused(client.users_info(user="U0NOBODY")) == "user_not_found"
    listed = await client.users_list(limit=3)
    assert len(listed["members"]) == 3
    assert listed["response_metadata"]["next_cursor"]
    assert (await client.users_profile_get(user="U0ANA"))["profile"]["title"] == "Support lead"


async def test_user_groups_and_the_plan_they_need(client: AsyncWebClient, emu: Emulator) -> None:
    listed = await client.usergroups_list(include_users=True)
    assert {g["handle"]: g["users"] for g in listed["usergroups"]}["ops"] == ["U0DEE", "U0BO"]
    await emu.act("usergroup", handle="ops", users=["cho"])
    assert (await client.usergroups_users_list(usergroup="S0OPS"))["users"] == ["U0CHO"]
    assert await refused(client.usergroups_users_list(usergroup="S0NONE")) == "no_such_subteam"
    await emu.act("usergroup", allowed=False)
    assert await refused(client.usergroups_users_list(usergroup="S0OPS")) == "plan_upgrade_required"


async def test_reactions(client: AsyncWebClient, emu: Emulator) -> None:
    ts = await emu.say("ana", "C0OPS", "nice")
    await client.reactions_add(channel="C0OPS", timestamp=ts, name="eyes")
    await emu.react("bo", {"channel": "C0OPS", "ts": ts}, "eyes")
    found = (await client.reactions_get(channel="C0OPS", timestamp=ts))["message"]["reactions"]
    assert found == [{"name": "eyes", "users": ["U0CALMOPS", "U0BO"], "count": 2}]
    assert await refused(client.reactions_add(channel="C0OPS", timestamp=ts, name="eyes")) == "already_reacted"
    await client.reactions_remove(channel="C0OPS", timestamp=ts, name="eyes")
    assert await refused(client.reactions_remove(channel="C0OPS", timestamp=ts, name="eyes")) == "no_reaction"
    assert await refused(client.reactions_add(channel="C0OPS", timestamp=ts, name="Not it")) == "invalid_name"
    assert await refused(client.reactions_add(channel="C0OPS", timestamp="x", name="eyes")) == "bad_timestamp"


async def test_team_bots_and_emoji(client: AsyncWebClient) -> None:
    assert (await client.team_info())["team"]["id"] == "T0LOCAL"
    assert (await client.bots_info(bot="B0CALMOPS"))["bot"]["user_id"] == "U0CALMOPS"
    assert (await client.bots_info(bot="B0OTHERBOT"))["bot"]["app_id"] == "A0OTHERBOT"
    assert await refused(client.bots_info(bot="B0NONE")) == "bot_not_found"
    assert (await client.emoji_list())["emoji"] == {}
