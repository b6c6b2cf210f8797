"""Buttons and menus."""

import re

from slack_bolt.async_app import AsyncApp

from handlers.actions.pressed import handle_press
from handlers.ids import Action

OURS = re.compile("^(" + "|".join(re.escape(action) for action in Action) + ")(#.*)?$")


def register(app: AsyncApp) -> None:
    app.action(OURS)(handle_press)
