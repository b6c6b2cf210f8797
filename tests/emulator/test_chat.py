"""chat.*: what Slack takes, keeps, changes and refuses."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator
from tests.emulator.conftest import refusal, refused

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
METADATA = {"event_type": "calmops_outbox", "event_payload": {"key": "k1"}}


async def test_a_post_is_in_the_history_with_its_metadata_when_asked_for(client: AsyncWebClient, emu: Emulator) -> None:
    posted = await client.chat_postMessage(channel="C0SUPPORT", text="card", blocks=[SECTION], metadata=METADATA)
    assert posted["message"]["metadata"] == METADATA
    plain = await client.conversations_history(channel="C0SUPPORT")
    assert "metadata" not in plain["messages"][0]
    full = await client.conversations_history(channel="C0SUPPORT", include_all_metadata=True)
    assert full["messages"][0]["metadata"] == METADATA
    assert full["messages"][0]["blocks"][0]["block_id"], "Slack makes ids up when there are none"


async def test_channels_that_cannot_be_written_to_are_refused(client: AsyncWebClient, emu: Emulator) -> None:
    assert await refused(client.chat_postMessage(channel="C0NOWHERE", text="x")) == "channel_not_found"
    await emu.act("archive", channel="ops")
    assert await refused(client.chat_postMessage(channel="C0OPS", text="x")) == "is_archived"
    await emu.act("leave", channel="support", user="U0CALMOPS")
    emu.local.app().adopt({**emu.local.manifest, "oauth_config": {"scopes": {"bot": ["chat:write"]}}})
    assert await refused(client.chat_postMessage(channel="C0SUPPORT", text="x")) == "not_in_channel"
    await emu.act("leave", channel="finance", user="U0CALMOPS")
    assert await refused(client.chat_postMessage(channel="C0FINANCE", text="x")) == "channel_not_found"


async def test_a_post_to_a_person_opens_their_conversation(client: AsyncWebClient, emu: Emulator) -> None:
    posted = await client.chat_postMessage(channel="U0ANA", text="psst")
    assert posted["channel"].startswith("D")
    assert (await emu.messages(posted["channel"], viewer="ana"))[0]["text"] == "psst"


async def test_nothing_to_say_is_refused(client: AsyncWebClient) -> None:
    assert await refused(client.api_call("chat.postMessage", json={"channel": "C0OPS"})) == "no_text"
    said = await refusal(client.api_call("chat.postMessage", json={"text": "x"}))
    assert said["error"] == "invalid_arguments"
    assert said["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


async def test_a_long_text_is_cut_when_posted_and_refused_when_updated(client: AsyncWebClient, emu: Emulator) -> None:
    posted = await client.chat_postMessage(channel="C0OPS", text="x" * 50_000)
    assert len(posted["message"]["text"]) == 40_000
    long = client.chat_update(channel="C0OPS", ts=posted["ts"], text="x" * 4_001)
    assert await refused(long) == "msg_too_long"


async def test_wrong_blocks_are_refused_with_pointers(client: AsyncWebClient) -> None:
    blocks = [SECTION, {"type": "section", "text": {"type": "mrkdwn", "text": "y" * 3_001}}]
    said = await refusal(client.chat_postMessage(channel="C0OPS", text="x", blocks=blocks))
    assert said["error"] == "invalid_blocks"
    assert said["errors"][0]["pointer"] == "/blocks/1/text/text"
    assert said["errors"][0]["constraint"] == {"type": "max_length", "expected": 3000}
    assert "[json-pointer:/blocks/1/text/text]" in said["response_metadata"]["messages"][0]
    text = client.api_call("chat.postMessage", json={"channel": "C0OPS", "blocks": "no json"})
    assert await refused(text) == "invalid_blocks_format"


async def test_markdown_text_excludes_text(client: AsyncWebClient) -> None:
    call = client.api_call("chat.postMessage", json={"channel": "C0OPS", "text": "x", "markdown_text": "y"})
    assert await refused(call) == "markdown_text_conflict"


async def test_metadata_has_a_form_and_a_size(client: AsyncWebClient) -> None:
    wrong = client.chat_postMessage(channel="C0OPS", text="x", metadata={"event_type": "a"})
    assert await refused(wrong) == "invalid_metadata_format"
    large = {"event_type": "a", "event_payload": {"k": "v" * 9_000}}
    assert await refused(client.chat_postMessage(channel="C0OPS", text="x", metadata=large)) == "metadata_too_large"


async def test_an_update_keeps_metadata_and_loses_blocks(client: AsyncWebClient, emu: Emulator) -> None:
    posted = await client.chat_postMessage(channel="C0OPS", text="x", blocks=[SECTION], metadata=METADATA)
    changed = await client.chat_update(channel="C0OPS", ts=posted["ts"], text="y", blocks=[])
    assert changed["message"]["text"] == "y"
    assert "blocks" not in changed["message"]
    assert changed["message"]["metadata"] == METADATA
    assert changed["message"]["edited"]["user"] == "U0CALMOPS"


async def test_only_ones_own_messages_can_be_changed_or_deleted(client: AsyncWebClient, emu: Emulator) -> None:
    ts = await emu.say("ana", "C0OPS", "mine")
    assert await refused(client.chat_update(channel="C0OPS", ts=ts, text="x")) == "cant_update_message"
    assert await refused(client.chat_delete(channel="C0OPS", ts=ts)) == "cant_delete_message"
    assert await refused(client.chat_update(channel="C0OPS", ts="1.1", text="x")) == "message_not_found"
    posted = await client.chat_postMessage(channel="C0OPS", text="ours")
    await client.chat_delete(channel="C0OPS", ts=posted["ts"])
    assert [m["text"] for m in await emu.messages("C0OPS")] == ["mine"]


async def test_a_deleted_parent_leaves_a_tombstone_for_its_replies(client: AsyncWebClient, emu: Emulator) -> None:
    posted = await client.chat_postMessage(channel="C0OPS", text="parent")
    await emu.say("ana", "C0OPS", "reply", thread_ts=posted["ts"])
    await client.chat_delete(channel="C0OPS", ts=posted["ts"])
    thread = await emu.messages("C0OPS", thread_ts=posted["ts"])
    assert [m.get("subtype") for m in thread] == ["tombstone", None]


async def test_an_ephemeral_is_in_no_history_and_only_its_viewer_sees_it(client: AsyncWebClient, emu: Emulator) -> None:
    posted = await client.chat_postEphemeral(channel="C0OPS", user="U0ANA", text="only you")
    assert (await client.conversations_history(channel="C0OPS"))["messages"] == []
    assert [m["ephemeral"] for m in await emu.messages("C0OPS", viewer="ana")] == [True]
    assert await emu.messages("C0OPS", viewer="bo") == []
    changing = client.chat_update(channel="C0OPS", ts=posted["message_ts"], text="x")
    assert await refused(changing) == "message_not_found"
    absent = client.chat_postEphemeral(channel="C0OPS", user="U0CHO", text="x")
    assert await refused(absent) == "user_not_in_channel"


async def test_a_reply_to_a_reply_joins_the_thread(client: AsyncWebClient, emu: Emulator) -> None:
    ts = await emu.say("ana", "C0OPS", "parent")
    first = await client.chat_postMessage(channel="C0OPS", text="one", thread_ts=ts)
    second = await client.chat_postMessage(channel="C0OPS", text="two", thread_ts=first["ts"])
    assert second["message"]["thread_ts"] == ts
    parent = (await client.conversations_history(channel="C0OPS"))["messages"][0]
    assert (parent["reply_count"], parent["latest_reply"]) == (2, second["ts"])
    unknown = client.chat_postMessage(channel="C0OPS", text="x", thread_ts="1.000001")
    assert await refused(unknown) == "cannot_reply_to_message"


async def test_a_permalink_opens_the_page_at_the_message(client: AsyncWebClient, emu: Emulator) -> None:
    ts = await emu.say("ana", "C0OPS", "here")
    link = (await client.chat_getPermalink(channel="C0OPS", message_ts=ts))["permalink"]
    assert link == f"{emu.base_url}/archives/C0OPS/p{ts.replace('.', '')}"
    assert await refused(client.chat_getPermalink(channel="C0OPS", message_ts="1.1")) == "message_not_found"


async def test_another_name_needs_a_scope(client: AsyncWebClient, emu: Emulator) -> None:
    posted = await client.chat_postMessage(channel="C0OPS", text="x", username="Robin", icon_emoji=":robot_face:")
    assert posted["message"]["username"] == "Robin"
    emu.local.app().adopt({**emu.local.manifest, "oauth_config": {"scopes": {"bot": ["chat:write"]}}})
    said = await refusal(client.chat_postMessage(channel="C0OPS", text="x", username="Robin"))
    assert (said["error"], said["needed"]) == ("missing_scope", "chat:write.customize")


async def test_a_message_for_later_is_posted_when_its_time_has_come(client: AsyncWebClient, emu: Emulator) -> None:
    now = int(await emu.clock())
    kept = await client.chat_scheduleMessage(channel="C0OPS", text="later", post_at=now + 3_600)
    listed = await client.chat_scheduledMessages_list(channel="C0OPS")
    assert [m["id"] for m in listed["scheduled_messages"]] == [kept["scheduled_message_id"]]
    assert await emu.messages("C0OPS") == []
    await emu.clock(advance=3_601)
    assert (await emu.wait_message("C0OPS", text="later"))["bot_id"] == "B0CALMOPS"
    assert (await client.chat_scheduledMessages_list())["scheduled_messages"] == []


async def test_times_out_of_reach_are_refused(client: AsyncWebClient, emu: Emulator) -> None:
    now = int(await emu.clock())
    past = client.chat_scheduleMessage(channel="C0OPS", text="x", post_at=now - 10)
    assert await refused(past) == "time_in_past"
    far = client.chat_scheduleMessage(channel="C0OPS", text="x", post_at=now + 121 * 86_400)
    assert await refused(far) == "time_too_far"
    odd = client.chat_scheduleMessage(channel="C0OPS", text="x", post_at="tomorrow")
    assert await refused(odd) == "invalid_time"


async def test_a_message_for_later_can_be_taken_back(client: AsyncWebClient, emu: Emulator) -> None:
    now = int(await emu.clock())
    kept = await client.chat_scheduleMessage(channel="C0OPS", text="later", post_at=now + 60)
    identity = kept["scheduled_message_id"]
    await client.chat_deleteScheduledMessage(channel="C0OPS", scheduled_message_id=identity)
    again = client.chat_deleteScheduledMessage(channel="C0OPS", scheduled_message_id=identity)
    assert await refused(again) == "invalid_scheduled_message_id"
    await emu.clock(advance=120)
    assert await emu.messages("C0OPS") == []
