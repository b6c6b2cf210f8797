"""Chooses whose questions Home shows."""

from handlers.actions.press import Press

ALL = "*"


async def handle_home_filter(press: Press) -> None:
    """Paints Home with the questions of one agent, or of all."""
    agent = "" if press.value == ALL else press.deps.registry.get(press.value).name
    await press.write(lambda _: None, place={"agent": agent})


async def handle_home_refresh(press: Press) -> None:
    """Paints Home anew where it stands."""
    await press.write(lambda _: None)
