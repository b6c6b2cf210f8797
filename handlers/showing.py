"""Opens dialogs: shortened where Slack would refuse them, and a sentence in place of one that it refuses all the same."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.errors import SlackApiError

from handlers.blocks.dialogs import notice
from handlers.blocks.elements import Block
from handlers.blocks.text import mrkdwn
from handlers.errors import reference
from handlers.fitting import fitted_dialog

log = logging.getLogger(__name__)

TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "trigger_exchanged", "invalid_trigger_id"})
"""Slack's permission to open a dialog lives three seconds and works once."""


async def show_dialog(call: Callable[..., Awaitable[Any]], view: Block, **where: str) -> str | None:
    """Calls `views_open` or `views_push`. Returns the dialog's id; None when the permission to open one had run out."""
    try:
        answer = await call(view=fitted_dialog(view), **where)
    except SlackApiError as error:
        code = str(error.response.get("error"))
        if code in TOO_LATE:
            log.warning("A dialog could not be opened: %s", code, extra={"event": "view.refused"})
            return None
        return await _apologise(call, code, **where)
    return str(answer["view"]["id"])


async def _apologise(call: Callable[..., Awaitable[Any]], code: str, **where: str) -> str | None:
    """Says in a dialog that nothing can go wrong with that the other one was refused."""
    ref = reference()
    log.error("Slack refused a dialog of ours (%s), reference %s.", code, ref, extra={"event": "view.refused"})
    sentence = mrkdwn("Slack did not take this dialog. Nothing was changed. Tell an operator this reference: {}", ref)
    try:
        answer = await call(view=notice(sentence), **where)
    except SlackApiError as error:
        log.warning(
            "Not even a notice could be opened: %s", error.response.get("error"), extra={"event": "view.refused"}
        )
        return None
    return str(answer["view"]["id"])
