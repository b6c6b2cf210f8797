"""Lift the stop of everything, from Home."""

from handlers import operations
from handlers.actions.press import Press
from handlers.deciding import heard


async def handle_stop_lift(press: Press) -> None:
    """Operators only."""
    hearing = await heard(press.deps, press.actor)
    await press.write(lambda tx: operations.resume_all(tx, press.deps.policy(), hearing.person))
