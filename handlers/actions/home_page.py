"""Turns the pages of the inbox on App Home."""

from agents.core.errors import InvalidInput
from handlers.actions.press import Press


async def handle_home_page(press: Press) -> None:
    """Publishes the Home anew with that page."""
    if not press.value.isdigit() or len(press.value) > 6:
        raise InvalidInput("I do not know this page. Please open Home again.")
    await press.write(lambda _: None, place={"page": int(press.value)})
