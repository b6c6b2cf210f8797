"""Ask again, on a question that nobody answered in time."""

from handlers.actions.press import Press
from handlers.deciding import heard
from handlers.operations.question import ask_again
from storage.store import Tx


async def handle_ask_again(press: Press) -> None:
    """Puts it to people once more; the old card says that it was replaced."""
    hearing = await heard(press.deps, press.actor, press.ref.id)

    def work(tx: Tx) -> None:
        press.check_card(tx)
        ask_again(tx, press.deps.policy(), press.ref.id, hearing.person)

    await press.write(work)
