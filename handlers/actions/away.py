"""Away: name somebody who decides in one's place, or come back."""

from handlers import operations
from handlers.actions.press import Press
from handlers.blocks.away import away_dialog
from handlers.ids import Held


async def handle_away(press: Press) -> None:
    """Opens the dialog that asks for whom and until when."""
    await press.open(away_dialog(press.deps.clock.now(), Held()))
    await press.write(lambda _: None)


async def handle_back(press: Press) -> None:
    """Ends everything that this person delegated."""
    await press.write(lambda tx: operations.end_delegation(tx, press.actor))
