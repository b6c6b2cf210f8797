"""Turns the pages of a dialog."""

from agents.core.errors import InvalidInput
from handlers.actions.press import Press
from handlers.blocks.dialogs import review_dialog
from handlers.cards import load_card
from handlers.ids import read_held, read_ref


async def handle_page(press: Press) -> None:
    """Shows another page of the question in the dialog that is open."""
    if not press.view or not press.value.isdigit():
        raise InvalidInput("I do not know this page. Please open the dialog again.")
    held = read_held(str(press.view.get("private_metadata", ""))).at(int(press.value))
    ref = read_ref(held.ref)
    policy = press.deps.policy()
    card = await press.deps.store.read(lambda tx: load_card(tx, press.deps.registry, policy, ref.id))
    await press.update_view(review_dialog(card, held))
