"""Take back a permission that was given in advance, from Home."""

from agents.core.errors import InvalidInput
from handlers import operations
from handlers.actions.press import Press
from handlers.deciding import heard


async def handle_grant_revoke(press: Press) -> None:
    """From now on such calls are put to people again."""
    if not press.value.isdigit():
        raise InvalidInput("I do not know this permission. Please open Home again.")
    hearing = await heard(press.deps, press.actor)
    await press.write(lambda tx: operations.revoke_grant(tx, press.deps.policy(), int(press.value), hearing.person))
