"""Modals and inputs that several tests use."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator
from tests.emulator.raw import Socket


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def option(value: str) -> dict[str, Any]:
    return {"text": plain(value.title()), "value": value}


OPTIONS = [option("red"), option("green"), option("blue")]
ELEMENTS: dict[str, tuple[dict[str, Any], Any, dict[str, Any]]] = {
    "static_select": ({"options": OPTIONS}, "green", {"selected_option": OPTIONS[1]}),
    "multi_static_select": ({"options": OPTIONS}, ["red", "blue"], {"selected_options": [OPTIONS[0], OPTIONS[2]]}),
    "external_select": ({}, "x", {"selected_option": option("x") | {"text": plain("x")}}),
    "users_select": ({}, "bo", {"selected_user": "U0BO"}),
    "multi_users_select": ({}, ["bo", "U0ANA"], {"selected_users": ["U0BO", "U0ANA"]}),
    "channels_select": ({}, "#ops", {"selected_channel": "C0OPS"}),
    "multi_channels_select": ({}, ["C0OPS"], {"selected_channels": ["C0OPS"]}),
    "conversations_select": ({}, "ops", {"selected_conversation": "C0OPS"}),
    "multi_conversations_select": ({}, ["ops"], {"selected_conversations": ["C0OPS"]}),
    "datepicker": ({}, "2026-11-21", {"selected_date": "2026-11-21"}),
    "timepicker": ({}, "09:30", {"selected_time": "09:30"}),
    "datetimepicker": ({}, 1_800_000_000, {"selected_date_time": 1_800_000_000}),
    "checkboxes": ({"options": OPTIONS}, ["red"], {"selected_options": [OPTIONS[0]]}),
    "radio_buttons": ({"options": OPTIONS}, "red", {"selected_option": OPTIONS[0]}),
    "plain_text_input": ({}, "words", {"value": "words"}),
    "email_text_input": ({}, "a@b.example", {"value": "a@b.example"}),
    "url_text_input": ({}, "https://x.example", {"value": "https://x.example"}),
    "number_input": ({"is_decimal_allowed": False}, "7", {"value": "7"}),
}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    view = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Save")}
    return view | {"blocks": list(blocks)} | more


def entry(kind: str, **more: Any) -> dict[str, Any]:
    element = {"type": kind, "action_id": "it"} | ELEMENTS[kind][0]
    return {"type": "input", "block_id": kind, "label": plain(kind), "element": element} | more


@asynccontextmanager
async def opened(
    emu: Emulator, client: AsyncWebClient, socket: Socket, view: dict[str, Any]
) -> AsyncIterator[dict[str, Any]]:
    """A modal of ana's, opened by a command."""
    command = asyncio.create_task(emu.command("ana", "C0OPS", "/plain"))
    frame = await socket.frame("slash_commands")
    await client.views_open(trigger_id=frame["payload"]["trigger_id"], view=view)
    await socket.ack(frame)
    await command
    yield (await emu.views("ana"))[-1]


async def answering(socket: Socket, payload: dict[str, Any] | None = None) -> dict[str, Any]:
    frame = await socket.frame("interactive")
    await socket.ack(frame, payload)
    return dict(frame["payload"])
