"""“Run an agent”, from the lightning menu."""

import logging
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.people import Person
from handlers.blocks.work_dialogs import pick_dialog
from handlers.deps import Deps
from handlers.ids import Held
from handlers.starting import startable

log = logging.getLogger(__name__)


async def handle_run_shortcut(
    ack: AsyncAck, shortcut: dict[str, Any], client: AsyncWebClient, deps: Deps, actor: Person
) -> None:
    """Opens the list of agents that this person may start."""
    rows = [(agent.name, agent.title, agent.purpose) for agent in startable(deps, actor)]
    try:
        await client.views_open(trigger_id=shortcut.get("trigger_id", ""), view=pick_dialog(rows, Held()))
    except SlackApiError as error:
        log.warning("A dialog could not be opened: %s", error.response.get("error"), extra={"event": "view.refused"})
    await ack()
