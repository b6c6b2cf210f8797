"""Modals: what people enter, what apps answer, and the limits of views."""

import asyncio

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator
from tests.emulator.conftest import refused
from tests.emulator.forms import ELEMENTS, answering, entry, modal, opened, plain
from tests.emulator.raw import connected


async def test_every_kind_of_input_arrives_in_the_state(emu: Emulator, client: AsyncWebClient) -> None:
    async with (
        connected(emu) as (socket,),
        opened(emu, client, socket, modal(*[entry(kind) for kind in ELEMENTS])) as view,
    ):
        values = {kind: given for kind, (_, given, _) in ELEMENTS.items()}
        submit = asyncio.create_task(emu.submit("ana", view, values))
        payload = await answering(socket)
        assert (await submit)["view"] is None
        state = payload["view"]["state"]["values"]
        for kind, (_, _, expected) in ELEMENTS.items():
            assert state[kind]["it"] == {"type": kind} | expected


async def test_what_is_required_or_malformed_never_leaves_the_client(emu: Emulator, client: AsyncWebClient) -> None:
    async with connected(emu) as (socket,):
        blocks = [
            entry("plain_text_input"),
            entry("email_text_input"),
            entry("number_input"),
            entry("static_select", optional=True),
        ]
        async with opened(emu, client, socket, modal(*blocks)) as view:
            said = await emu.submit("ana", view, {"email_text_input": "nobody", "number_input": "7.5"})
            assert said["client"] is True
            assert set(said["errors"]) == {"plain_text_input", "email_text_input", "number_input"}
            assert [e for e in await emu.traffic(only="envelope") if e["what"] == "submit form"] == []


async def test_what_was_entered_survives_an_error_and_an_update(emu: Emulator, client: AsyncWebClient) -> None:
    async with connected(emu) as (socket,), opened(emu, client, socket, modal(entry("plain_text_input"))) as view:
        submit = asyncio.create_task(emu.submit("ana", view, {"plain_text_input": "kept"}))
        await answering(socket, {"response_action": "errors", "errors": {"plain_text_input": "not like that"}})
        assert (await submit)["errors"] == {"plain_text_input": "not like that"}
        other = entry("static_select", optional=True)
        await client.views_update(view_id=view["id"], view=modal(entry("plain_text_input"), other), hash=view["hash"])
        shown = (await emu.views("ana"))[0]
        assert shown["state"]["values"]["plain_text_input"]["it"]["value"] == "kept"
        assert shown["state"]["values"]["static_select"]["it"]["selected_option"] is None


async def test_the_answer_of_a_submission_updates_pushes_or_clears(emu: Emulator, client: AsyncWebClient) -> None:
    async with connected(emu) as (socket,), opened(emu, client, socket, modal()) as view:
        for action, stack in (("push", 2), ("update", 2), ("push", 3)):
            top = (await emu.views("ana"))[-1]
            submit = asyncio.create_task(emu.submit("ana", top))
            await answering(socket, {"response_action": action, "view": modal(callback_id=action)})
            assert (await submit)["view"]["callback_id"] == action
            assert len(await emu.views("ana")) == stack
        top = (await emu.views("ana"))[-1]
        assert (top["root_view_id"], top["previous_view_id"] is None) == (view["id"], False)
        submit = asyncio.create_task(emu.submit("ana", top))
        await answering(socket, {"response_action": "push", "view": modal()})
        assert (await submit)["refused"]["error"] == "push_limit_reached"
        submit = asyncio.create_task(emu.submit("ana", top))
        await answering(socket, {"response_action": "clear"})
        assert (await submit)["view"] is None
        assert await emu.views("ana") == []


async def test_a_wrong_answer_to_a_submission_leaves_the_modal_open(emu: Emulator, client: AsyncWebClient) -> None:
    async with (
        connected(emu) as (socket,),
        opened(emu, client, socket, modal(entry("plain_text_input", optional=True))) as view,
    ):
        for answer in (
            {"response_action": "errors", "errors": {"nowhere": "x"}},
            {"response_action": "update", "view": {"type": "modal"}},
            {"response_action": "dance"},
        ):
            submit = asyncio.create_task(emu.submit("ana", view))
            await answering(socket, answer)
            said = await submit
            assert "refused" in said
            assert said["warning"]
        assert len(await emu.views("ana")) == 1


async def test_closing_is_told_only_to_those_who_asked(emu: Emulator, client: AsyncWebClient) -> None:
    async with connected(emu) as (socket,):
        async with opened(emu, client, socket, modal()) as view:
            await emu.close_view("ana", view)
        async with opened(emu, client, socket, modal(notify_on_close=True)) as view:
            close = asyncio.create_task(emu.close_view("ana", view))
            payload = await answering(socket)
            assert (payload["type"], payload["is_cleared"]) == ("view_closed", False)
            assert (await close)["acked"]


async def test_a_hash_guards_against_races(emu: Emulator, client: AsyncWebClient) -> None:
    async with connected(emu) as (socket,), opened(emu, client, socket, modal()) as view:
        await client.views_update(view_id=view["id"], view=modal(), hash=view["hash"])
        late = client.views_update(view_id=view["id"], view=modal(), hash=view["hash"])
        assert await refused(late) == "hash_conflict"
        home = {"type": "home", "blocks": []}
        published = await client.views_publish(user_id="U0ANA", view=home)
        await client.views_publish(user_id="U0ANA", view=home, hash=published["view"]["hash"])
        again = client.views_publish(user_id="U0ANA", view=home, hash=published["view"]["hash"])
        assert await refused(again) == "hash_conflict"


async def test_views_have_a_size_and_unique_external_ids(emu: Emulator, client: AsyncWebClient) -> None:
    text = {"type": "section", "text": plain("x" * 3_000)}
    large = {"type": "home", "blocks": [text] * 100}
    assert await refused(client.views_publish(user_id="U0ANA", view=large)) == "view_too_large"
    named = {"type": "home", "blocks": [], "external_id": "one"}
    await client.views_publish(user_id="U0ANA", view=named)
    await client.views_publish(user_id="U0ANA", view=named)
    assert await refused(client.views_publish(user_id="U0BO", view=named)) == "duplicate_external_id"
    modal_view = client.views_publish(user_id="U0ANA", view=modal())
    assert await refused(modal_view) == "invalid_arguments"


async def test_a_trigger_works_once_within_three_seconds(emu: Emulator, client: AsyncWebClient) -> None:
    async with connected(emu) as (socket,):
        for late, error in ((0.0, "exchanged_trigger_id"), (3.1, "expired_trigger_id")):
            command = asyncio.create_task(emu.command("ana", "C0OPS", "/plain"))
            frame = await socket.frame("slash_commands")
            trigger = frame["payload"]["trigger_id"]
            await emu.clock(speed=0, advance=late)
            if not late:
                await client.views_open(trigger_id=trigger, view=modal())
            assert await refused(client.views_open(trigger_id=trigger, view=modal())) == error
            await socket.ack(frame)
            await command
    assert await refused(client.views_open(trigger_id="made.up", view=modal())) == "invalid_trigger_id"
    assert await refused(client.api_call("views.open", json={"view": modal()})) == "invalid_arguments"


async def test_a_wrong_view_is_refused_with_pointers(emu: Emulator, client: AsyncWebClient) -> None:
    call = client.api_call(
        "views.publish", json={"user_id": "U0ANA", "view": {"type": "home", "blocks": [{"type": "plan"}]}}
    )
    with pytest.raises(Exception, match="invalid_arguments") as caught:
        await call
    answer = caught.value.response.data  # type: ignore[attr-defined]  # it is the SDK's error
    assert answer["errors"][0]["pointer"] == "/view/blocks/0/type"
