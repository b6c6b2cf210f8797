"""Reject: asks why first."""

from handlers.actions.dialogs import open_on_card
from handlers.actions.press import Press
from handlers.blocks.dialogs import reject_dialog


async def handle_reject(press: Press) -> None:
    """Opens the small dialog; closing it decides nothing."""
    await open_on_card(press, reject_dialog)
