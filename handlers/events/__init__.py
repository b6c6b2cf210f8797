"""What happens in the workspace."""

import re

from slack_bolt.async_app import AsyncApp

from handlers.events.home import handle_home
from handlers.events.joined import handle_joined
from handlers.events.left import handle_left
from handlers.events.mention import handle_mention
from handlers.events.message import handle_message
from handlers.events.reaction import handle_reaction
from handlers.events.session_stopped import handle_session_stopped
from handlers.events.step import handle_step
from handlers.ids import STEP

GONE = ("channel_left", "group_left", "channel_archive", "group_archive", "channel_deleted", "group_deleted")
"""A channel takes no message of ours any more."""


def register(app: AsyncApp) -> None:
    app.event("message")(handle_message)
    app.event("app_mention")(handle_mention)
    app.event("app_home_opened")(handle_home)
    app.event("member_joined_channel")(handle_joined)
    app.event(re.compile("|".join(GONE)))(handle_left)
    app.event("agent_session_stopped")(handle_session_stopped)
    app.event("reaction_added")(handle_reaction)
    app.function(STEP)(handle_step)
