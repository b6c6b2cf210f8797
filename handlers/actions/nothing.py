"""Buttons that are only links: Slack still tells us about them."""

from handlers.actions.press import Press


async def handle_nothing(press: Press) -> None:
    """Marks the press as handled."""
    await press.write(lambda _: None)
