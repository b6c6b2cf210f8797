"""The last listeners: whatever no other one took is acknowledged, and a person who clicked is told."""

import logging
import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger(__name__)

ANYTHING = re.compile(".*", re.DOTALL)
OLD_BUTTON = (
    "I do not know this button any more: it comes from an older version of me. Nothing was changed. Use `/ops inbox`."
)
OLD_DIALOG = "I do not know this dialog any more. Nothing was changed. Please open it again."
OLD_SHORTCUT = "I do not know this shortcut any more. Nothing was changed. `/ops help` lists what I can do."


def catch_all(app: AsyncApp) -> None:
    """Registers them. To be called after every other listener: the first that matches wins."""
    app.event(ANYTHING)(_event)
    app.command(ANYTHING)(_command)
    app.action(ANYTHING)(_action)
    app.view(ANYTHING)(_view)
    app.view_closed(ANYTHING)(_quiet)
    app.shortcut(ANYTHING)(_shortcut)
    app.options(ANYTHING)(_options)


async def _event(event: dict[str, Any]) -> None:
    log.debug("No listener for the event %s.", event.get("type"), extra={"event": "ingest.no_listener"})


async def _command(ack: Any, command: dict[str, Any]) -> None:
    await ack(text=f"I do not know {command.get('command', 'this command')}. Try `/ops help`.")


async def _action(ack: Any, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient) -> None:
    if action.get("type") == "button" and not action.get("url"):
        await _tell(body, client, OLD_BUTTON)
    log.info("Nobody listens to the action %s.", action.get("action_id"), extra={"event": "ingest.no_listener"})
    await ack()


async def _view(ack: Any) -> None:
    await ack(
        response_action="update",
        view={
            "type": "modal",
            "title": {"type": "plain_text", "text": "Please open again"},
            "close": {"type": "plain_text", "text": "Close"},
            "blocks": [{"type": "section", "text": {"type": "plain_text", "text": OLD_DIALOG}}],
        },
    )


async def _shortcut(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
    await _tell(body, client, OLD_SHORTCUT)
    await ack()


async def _options(ack: Any) -> None:
    await ack(options=[])


async def _quiet(ack: Any) -> None:
    await ack()


async def _tell(body: dict[str, Any], client: AsyncWebClient, text: str) -> None:
    """Tells the person where they clicked: under the message, or in a small dialog where there is no message."""
    channel = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id")
    user = (body.get("user") or {}).get("id")
    try:
        if channel and user:
            await client.chat_postEphemeral(channel=channel, user=user, text=text)
        elif body.get("trigger_id"):
            await client.views_open(trigger_id=body["trigger_id"], view=_notice(text))
    except SlackApiError as error:
        log.warning(
            "An unknown click could not be answered: %s", error.response.get("error"), extra={"event": "ingest.untold"}
        )


def _notice(text: str) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Not available"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}],
    }
