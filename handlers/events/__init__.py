"""What happens in the workspace."""

from slack_bolt.async_app import AsyncApp

from handlers.events.home import handle_home
from handlers.events.mention import handle_mention
from handlers.events.message import handle_message


def register(app: AsyncApp) -> None:
    app.event("message")(handle_message)
    app.event("app_mention")(handle_mention)
    app.event("app_home_opened")(handle_home)
