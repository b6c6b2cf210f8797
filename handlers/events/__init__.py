"""What happens in the workspace."""

from slack_bolt.async_app import AsyncApp

from handlers.events.home import handle_home
from handlers.events.joined import handle_joined
from handlers.events.mention import handle_mention
from handlers.events.message import handle_message
from handlers.events.reaction import handle_reaction
from handlers.events.session_stopped import handle_session_stopped
from handlers.events.step import handle_step
from handlers.ids import STEP


def register(app: AsyncApp) -> None:
    app.event("message")(handle_message)
    app.event("app_mention")(handle_mention)
    app.event("app_home_opened")(handle_home)
    app.event("member_joined_channel")(handle_joined)
    app.event("agent_session_stopped")(handle_session_stopped)
    app.event("reaction_added")(handle_reaction)
    app.function(STEP)(handle_step)
