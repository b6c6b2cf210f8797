"""Streaming messages: text, tasks and plans that grow, until the app stops them or a person does."""

from typing import Any

from bot.emulator import messages
from bot.emulator.blockkit.surfaces import check_blocks
from bot.emulator.channels import Channel, Message
from bot.emulator.local import LocalSlack
from bot.emulator.typed_text import escape, rich_text
from bot.emulator.views import add_ids
from bot.emulator.wire import Json, SlackError

LONGEST_STREAM = 12_000
LONGEST_TASK_TEXT = 256
MOST_BLOCKS = 50
LIVE, STOPPED_BY_USER = "live", "stopped_by_user"


def grow(local: LocalSlack, message: Message, chunks: list[Json]) -> None:
    """Add chunks to a streaming message; a task with a known id is changed in place."""
    for chunk in chunks:
        match chunk.get("type"):
            case "markdown_text":
                _add_text(message, _word(chunk, "text", LONGEST_STREAM))
            case "plan_update":
                _plan(local, message)["title"] = _word(chunk, "title", LONGEST_TASK_TEXT)
            case "task_update":
                _set_task(local, message, chunk)
            case "blocks":
                _add_blocks(local, message, chunk.get("blocks"))
            case other:
                raise SlackError("invalid_chunks", f"There is no chunk of type {other!r}.")
    if len(message.text) > LONGEST_STREAM:
        raise SlackError("msg_blocks_too_long", "A stream holds 12,000 characters.")
    if len(message.blocks) > MOST_BLOCKS:
        raise SlackError("msg_blocks_too_many", "A stream holds 50 blocks.")


def show(local: LocalSlack, message: Message) -> None:
    """Show the new state on the pages. Apps are told once, at the end."""
    channel = local.workspace.channels[message.channel]
    local.tell(channel, {"type": "message_changed", "message": messages.for_viewer(local, message)})


def stop_by_person(local: LocalSlack, channel: Channel, thread_ts: str, app_id: str) -> list[str]:
    """Stop the app's live streams of a thread; returns their timestamps."""
    stopped = [m for m in channel.thread(thread_ts) if m.stream == LIVE and m.app_id == app_id]
    for message in stopped:
        message.stream = STOPPED_BY_USER
        show(local, message)
    return [message.ts for message in stopped]


def _add_text(message: Message, text: str) -> None:
    message.text += text
    if message.blocks and message.blocks[-1]["type"] == "markdown":
        message.blocks[-1] = message.blocks[-1] | {"text": message.blocks[-1]["text"] + text}
    else:
        message.blocks.append({"type": "markdown", "block_id": f"stream-{len(message.blocks)}", "text": text})


def _plan(local: LocalSlack, message: Message) -> Json:
    found = next((block for block in message.blocks if block["type"] == "plan"), None)
    if found is None:
        found = {"type": "plan", "block_id": local.workspace.new_id("b"), "title": "Working", "tasks": []}
        message.blocks.append(found)
    return found


def _set_task(local: LocalSlack, message: Message, chunk: Json) -> None:
    task: Json = {
        "task_id": _word(chunk, "id", LONGEST_TASK_TEXT), "title": _word(chunk, "title", LONGEST_TASK_TEXT),
        "status": chunk.get("status", "pending"),
    }  # fmt: skip
    if task["status"] not in ("pending", "in_progress", "complete", "error"):
        raise SlackError("invalid_chunks", f"A task cannot be {task['status']!r}.")
    for name in ("details", "output"):
        if chunk.get(name):
            text = _word(chunk, name, LONGEST_TASK_TEXT)
            task[name] = rich_text(escape(text), local.workspace.new_id("b"))
    if isinstance(chunk.get("sources"), list):
        task["sources"] = chunk["sources"]
    plan = next((block for block in message.blocks if block["type"] == "plan"), None)
    if message.stream_mode == "plan" or plan is not None:
        _replace(_plan(local, message)["tasks"], task)
    else:
        _replace(message.blocks, {"type": "task_card", "block_id": local.workspace.new_id("b")} | task)


def _replace(tasks: list[Json], task: Json) -> None:
    for index, known in enumerate(tasks):
        if known.get("task_id") == task["task_id"]:
            tasks[index] = known | task | ({"block_id": known["block_id"]} if "block_id" in known else {})
            return
    tasks.append(task)


def _add_blocks(local: LocalSlack, message: Message, blocks: Any) -> None:
    findings = list(check_blocks(blocks, "message", "/chunks/blocks"))
    if findings:
        raise SlackError("invalid_blocks", errors=[finding.describe() for finding in findings])
    add_ids(local.workspace, blocks)
    message.blocks.extend(blocks)


def _word(chunk: Json, name: str, most: int) -> str:
    value = chunk.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise SlackError("invalid_chunks", f"{chunk.get('type')}.{name} must be text of at most {most} characters.")
    return value
