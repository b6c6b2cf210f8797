"""`/ops` and its words."""

from slack_bolt.async_app import AsyncApp

from handlers.commands.ops import handle_ops
from handlers.ids import COMMAND


def register(app: AsyncApp) -> None:
    app.command(COMMAND)(handle_ops)
