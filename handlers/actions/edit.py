"""Edit: the proposal as a form."""

from agents.core.errors import Conflict
from handlers.actions.dialogs import open_on_card
from handlers.actions.press import Press
from handlers.blocks.card import Card
from handlers.blocks.dialogs import edit_dialog
from handlers.blocks.elements import Block
from handlers.cards import tool_of
from handlers.ids import Held


async def handle_edit(press: Press) -> None:
    """Opens the form, filled with what is proposed."""

    def draw(card: Card, held: Held) -> Block:
        tool = tool_of(press.deps.registry, card.escalation)
        if tool is None:
            raise Conflict("The agent that asked this is no longer here, so its proposal cannot be edited.")
        return edit_dialog(card, tool.args, tool.locked, held)

    await open_on_card(press, draw)
