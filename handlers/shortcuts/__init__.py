"""Shortcuts: from the lightning menu, and on a message."""

import re

from slack_bolt.async_app import AsyncApp

from handlers.ids import SHORTCUT, SHORTCUT_RUN
from handlers.shortcuts.message import handle_message_shortcut
from handlers.shortcuts.run import handle_run_shortcut


def register(app: AsyncApp) -> None:
    app.global_shortcut(SHORTCUT_RUN)(handle_run_shortcut)
    app.message_shortcut(re.compile(f"^{re.escape(SHORTCUT)}"))(handle_message_shortcut)
