"""Mark as done, on a question that somebody took over."""

from handlers.actions.press import Press
from handlers.deciding import heard
from handlers.operations.question import mark_done
from storage.store import Tx


async def handle_done_by_hand(press: Press) -> None:
    """Records that it was done by hand."""
    hearing = await heard(press.deps, press.actor, press.ref.id)

    def work(tx: Tx) -> None:
        press.check_card(tx)
        mark_done(tx, press.deps.policy(), press.ref.id, hearing.person)

    await press.write(work)
