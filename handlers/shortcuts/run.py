"""“Run an agent”, from the lightning menu."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.people import Person
from handlers.blocks.work_dialogs import pick_dialog
from handlers.deps import Deps
from handlers.ids import Held
from handlers.showing import show_dialog
from handlers.starting import startable


async def handle_run_shortcut(
    ack: AsyncAck, shortcut: dict[str, Any], client: AsyncWebClient, deps: Deps, actor: Person
) -> None:
    """Opens the list of agents that this person may start."""
    rows = [(agent.name, agent.title, agent.purpose) for agent in startable(deps, actor)]
    await show_dialog(client.views_open, pick_dialog(rows, Held()), trigger_id=str(shortcut.get("trigger_id", "")))
    await ack()
