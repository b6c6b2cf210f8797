"""Dialogs that are submitted."""

import re

from slack_bolt.async_app import AsyncApp

from handlers.ids import Action, Modal
from handlers.views.options import handle_options
from handlers.views.submitted import handle_submission

OURS = re.compile("^(" + "|".join(re.escape(modal) for modal in Modal) + ")$")


def register(app: AsyncApp) -> None:
    app.view(OURS)(handle_submission)
    app.options(Action.INPUT.value)(handle_options)
