"""From arguments to a message: what chat.* methods check before anything is stored."""

import json
from typing import Any

from bot.emulator.blockkit.surfaces import check_blocks
from bot.emulator.channels import Channel
from bot.emulator.messages import Draft
from bot.emulator.methods.call import Call
from bot.emulator.views import add_ids
from bot.emulator.wire import Json, SlackError

LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000
LONGEST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
MOST_BLOCK_CHARACTERS = 100_000
MOST_METADATA_BYTES = 8_000


def read_draft(call: Call, *, most_text: int | None = None) -> Draft:
    """The message in the arguments. `most_text` refuses longer text; without it text is cut at 40,000 as Slack does."""
    text = call.text("text")
    blocks = _blocks(call, "blocks")
    markdown = call.text("markdown_text")
    attachments = _attachments(call)
    if markdown:
        if text or blocks:
            raise SlackError("markdown_text_conflict", "markdown_text excludes text and blocks.")
        if len(markdown) > LONGEST_MARKDOWN:
            raise SlackError("msg_too_long" if most_text else "msg_blocks_too_long", "markdown_text holds 12,000.")
        blocks = [{"type": "markdown", "text": markdown}]
        text = markdown
    if most_text is not None and len(text) > most_text:
        raise SlackError("msg_too_long", f"text may be {most_text} characters long here, not {len(text)}.")
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if blocks:
        add_ids(call.local.workspace, blocks)
    for attachment in attachments:
        add_ids(call.local.workspace, attachment.get("blocks"))
    return Draft(
        text=text[:LONGEST_TEXT], blocks=blocks, attachments=attachments, metadata=read_metadata(call),
        thread_ts=call.text("thread_ts"), broadcast=call.flag("reply_broadcast"),
        subtype="thread_broadcast" if call.flag("reply_broadcast") and call.has("thread_ts") else "",
        **_look(call),
    )  # fmt: skip


def check_place(call: Call, channel: Channel, *, thread_ts: str = "") -> None:
    """Whether the app may write there."""
    app = call.app
    if channel.is_archived:
        raise SlackError("is_archived")
    if app.bot_user not in channel.members and not (channel.kind == "channel" and call.grants("chat:write.public")):
        raise SlackError("not_in_channel", f"Invite the app first: /invite @{app.name} in #{channel.name}.")
    if channel.is_im and not app.facts.messages_enabled:
        raise SlackError("messages_tab_disabled", "The manifest switches the Messages tab off.")
    if thread_ts and thread_ts not in channel.messages:
        raise SlackError("cannot_reply_to_message", f"There is no message {thread_ts!r} to reply to.")


def refuse_blocks(blocks: Any, pointer: str) -> None:
    """Raise `invalid_blocks` with Slack's messages and the errors of blocks.validate."""
    findings = list(check_blocks(blocks, "message", pointer))
    if findings:
        raise SlackError(
            "invalid_blocks",
            errors=[finding.describe() for finding in findings],
            response_metadata={"messages": [f"[ERROR] {f.message} [json-pointer:{f.pointer}]" for f in findings]},
        )


def read_metadata(call: Call) -> Json | None:
    """The message's metadata: an event_type and an event_payload."""
    metadata = call.json("metadata", "invalid_metadata_format")
    if metadata in (None, "", {}):
        return None
    fits = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not fits or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format", "metadata needs event_type (text) and event_payload (object).")
    if len(json.dumps(metadata, ensure_ascii=False).encode("utf-8", "surrogatepass")) > MOST_METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def _blocks(call: Call, name: str) -> list[Json]:
    blocks = call.json(name, "invalid_blocks_format")
    if blocks in (None, "", []):
        return []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format", "blocks must be an array.")
    refuse_blocks(blocks, "/blocks")
    if len(json.dumps(blocks, ensure_ascii=False)) > MOST_BLOCK_CHARACTERS:
        raise SlackError("msg_blocks_too_long" if call.method != "chat.update" else "msg_too_long")
    return blocks


def _attachments(call: Call) -> list[Json]:
    attachments = call.json("attachments")
    if attachments in (None, "", []):
        return []
    if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
        raise SlackError("invalid_arguments", "attachments must be an array of objects.")
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for index, attachment in enumerate(attachments):
        if attachment.get("blocks"):
            refuse_blocks(attachment["blocks"], f"/attachments/{index}/blocks")
        attachment.setdefault("id", index + 1)
    return attachments


def _look(call: Call) -> Json:
    if not (call.has("username") or call.has("icon_emoji") or call.has("icon_url")):
        return {}
    call.require_scope("chat:write.customize")
    icons: Json = {}
    if call.has("icon_emoji"):
        icons["emoji"] = call.text("icon_emoji")
    elif call.has("icon_url"):
        icons["image_64"] = call.text("icon_url")
    return {"username": call.text("username"), "icons": icons or None}
