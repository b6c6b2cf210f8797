"""The menu behind More."""

from collections.abc import Awaitable, Callable, Mapping

from agents.core.errors import InvalidInput
from handlers.actions.dialogs import open_on_card
from handlers.actions.press import Press
from handlers.actions.take_over import handle_take_over
from handlers.blocks.card import Card
from handlers.blocks.dialogs import ask_dialog, reassign_dialog, review_dialog, snooze_dialog
from handlers.blocks.elements import Block
from handlers.ids import Held, More


async def handle_more(press: Press) -> None:
    """Does what was chosen."""
    try:
        chosen = More(press.extra)
    except ValueError:
        raise InvalidInput("I do not know this choice. Please use the current card.") from None
    await CHOICES[chosen](press)


async def _show(press: Press) -> None:
    def draw(card: Card, held: Held) -> Block:
        return review_dialog(card, held, may_decide=False)

    await open_on_card(press, draw, only_open=False)


async def _ask(press: Press) -> None:
    await open_on_card(press, ask_dialog)


async def _reassign(press: Press) -> None:
    await open_on_card(press, reassign_dialog)


async def _snooze(press: Press) -> None:
    await open_on_card(press, snooze_dialog)


CHOICES: Mapping[More, Callable[[Press], Awaitable[None]]] = {
    More.ASK: _ask,
    More.REASSIGN: _reassign,
    More.SNOOZE: _snooze,
    More.TAKE_OVER: handle_take_over,
    More.SHOW: _show,
}
