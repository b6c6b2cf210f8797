"""Review and decide: everything in full."""

from handlers.actions.dialogs import open_on_card
from handlers.actions.press import Press
from handlers.blocks.dialogs import review_dialog


async def handle_review(press: Press) -> None:
    """Opens the dialog from which a long or critical proposal is approved."""
    await open_on_card(press, review_dialog)
