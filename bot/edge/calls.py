"""Turns a rendered outbox row into one Slack call. Every call is made here, once, with no retries of its own."""

from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from agents.core.errors import InvalidInput
from agents.core.records import OutboxRecord
from handlers.rendering import Rendered

EVENT_TYPE = "calmops_outbox"
"""Under this name a message carries its outbox key, and nothing else: any app in the channel can read it."""

READS = frozenset({
    "conversations.history", "conversations.replies", "conversations.info", "conversations.members", "chat.getPermalink",
    "users.info", "reactions.get", "files.info", "team.info", "usergroups.users.list",
})  # fmt: skip
"""What a tool may ask of Slack."""

PERSON = "person"
"""The view of a `read` row that asks who somebody is: answered from the directory."""

METHODS = {
    "post": "chat.postMessage",
    "update": "chat.update",
    "ephemeral": "chat.postEphemeral",
    "home": "views.publish",
    "session": "agents.sessions.setStatus",
    "function": "functions.completeSuccess",
}


class NoPlace(Exception):
    """An outbox row names neither a channel nor a person."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a message is, or goes: `ts` of an existing message, `thread_ts` of the thread a new one joins."""

    channel: str
    ts: str = ""
    thread_ts: str | None = None


def method_of(row: OutboxRecord) -> str:
    """The Slack method a row will call, for pacing."""
    if row.kind == "read":
        return str(row.params.get("method", PERSON))
    return METHODS[row.kind]


async def post(web: AsyncWebClient, row: OutboxRecord, rendered: Rendered, place: Place) -> Place:
    """Posts a new message that carries the row's key. Nothing in it unfurls or pings by its text."""
    answer = await web.chat_postMessage(
        channel=place.channel,
        thread_ts=place.thread_ts,
        text=rendered.text,
        blocks=rendered.blocks or None,
        unfurl_links=False,
        unfurl_media=False,
        parse="none",
        link_names=False,
        metadata={"event_type": EVENT_TYPE, "event_payload": {"key": row.key}},
    )
    return Place(channel=str(answer["channel"]), ts=str(answer["ts"]), thread_ts=place.thread_ts)


async def change(web: AsyncWebClient, rendered: Rendered, place: Place) -> None:
    """Repaints a message of ours."""
    await web.chat_update(
        channel=place.channel,
        ts=place.ts,
        text=rendered.text,
        blocks=rendered.blocks,
        parse="none",
        link_names=False,
    )


async def whisper(web: AsyncWebClient, rendered: Rendered, place: Place, user: str) -> None:
    """Says something to one person in a channel. Nobody else sees it, and it vanishes at a reload."""
    await web.chat_postEphemeral(
        channel=place.channel,
        user=user,
        thread_ts=place.thread_ts,
        text=rendered.text,
        blocks=rendered.blocks or None,
        parse="none",
        link_names=False,
    )


async def publish(web: AsyncWebClient, rendered: Rendered, user: str) -> None:
    """Shows somebody's App Home."""
    if rendered.view is not None:
        await web.views_publish(user_id=user, view=rendered.view)


async def set_session(web: AsyncWebClient, rendered: Rendered, place: Place, user: str | None) -> None:
    """Tells Slack the state of an agent session."""
    body = {
        "channel_id": place.channel,
        "thread_ts": place.thread_ts,
        "initiator_user_id": user,
        **(rendered.session or {}),
    }
    await web.api_call("agents.sessions.setStatus", json={name: value for name, value in body.items() if value})


async def finish_step(web: AsyncWebClient, rendered: Rendered, execution: str) -> None:
    """Lets a workflow go on: with the outputs of its step, or with the reason why there are none."""
    if rendered.step_error:
        await web.functions_completeError(function_execution_id=execution, error=rendered.step_error)
    else:
        await web.functions_completeSuccess(function_execution_id=execution, outputs=rendered.step_outputs)


async def read(web: AsyncWebClient, row: OutboxRecord) -> dict[str, Any]:
    """Asks Slack something for a tool. Raises `InvalidInput` for a method that is not a read."""
    method = str(row.params.get("method", ""))
    if method not in READS:
        raise InvalidInput(f"{method or 'No method'} is not among the things that a tool may read from Slack.")
    answer = await web.api_call(method, http_verb="GET", params=dict(row.params.get("args") or {}))
    data: dict[str, Any] = answer.data  # type: ignore[assignment]  # bytes only for file downloads
    return data


async def find_own(web: AsyncWebClient, row: OutboxRecord, place: Place, *, oldest: float) -> Place | None:
    """Looks whether a post whose reply was lost is there after all, by the key it carries. Reads back to `oldest`."""
    cursor = ""
    for _ in range(5):
        asked: dict[str, Any] = {
            "channel": place.channel,
            "oldest": f"{oldest:.6f}",
            "include_all_metadata": 1,
            "limit": 100,
            **({"cursor": cursor} if cursor else {}),
        }
        if place.thread_ts:
            answer = await web.api_call(
                "conversations.replies", http_verb="GET", params={**asked, "ts": place.thread_ts}
            )
        else:
            answer = await web.api_call("conversations.history", http_verb="GET", params=asked)
        for message in answer.get("messages") or ():
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT_TYPE and (metadata.get("event_payload") or {}).get("key") == row.key:
                return Place(channel=place.channel, ts=str(message["ts"]), thread_ts=place.thread_ts)
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None
    return None
