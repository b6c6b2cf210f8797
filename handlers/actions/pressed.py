"""Every press of a button and every choice in a menu."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.errors import CalmopsError, InvalidInput
from agents.core.people import Person
from handlers.actions.press import Press, read_press
from handlers.actions.table import ACTIONS
from handlers.deps import Delivery, Deps
from handlers.ids import Action


async def handle_press(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    client: AsyncWebClient,
    deps: Deps,
    actor: Person,
    delivery: Delivery,
) -> None:
    """Looks the action up and does it. An error that we know is told to the person who pressed, and to nobody else."""
    press = read_press(body, action, deps=deps, actor=actor, delivery=delivery, client=client)
    try:
        await handler_of(press)(press)
    except CalmopsError as error:
        await press.refuse(error)
    await ack()


def handler_of(press: Press) -> Callable[[Press], Awaitable[None]]:
    """The function for an action. Raises `InvalidInput` for one that we do not know (any more)."""
    try:
        return ACTIONS[Action(press.action)]
    except (ValueError, KeyError):
        raise InvalidInput("This button is from an older version of me. Please use the current message.") from None
