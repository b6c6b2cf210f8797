"""Every dialog that is submitted."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.errors import CalmopsError, InvalidInput
from agents.core.people import Person
from handlers.deps import Delivery, Deps
from handlers.fitting import fitted_dialog
from handlers.ids import Held, Modal, read_held
from handlers.views.submission import Answer, Submission
from handlers.views.table import VIEWS


async def handle_submission(
    ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, deps: Deps, actor: Person, delivery: Delivery
) -> None:
    """Looks the dialog up and does it. An error that we know is shown in its place."""
    submission = Submission(
        deps=deps,
        actor=actor,
        delivery=delivery,
        client=client,
        callback=str(view.get("callback_id", "")),
        held=Held(),
        entered=view.get("state", {}).get("values", {}),
    )
    try:
        held = read_held(str(view.get("private_metadata", "")))
        answer = await submit(submission.with_held(held))
    except CalmopsError as error:
        answer = await submission.refuse(error)
    if isinstance(answer.get("view"), dict):
        answer = {**answer, "view": fitted_dialog(answer["view"])}
    await ack(**answer)


async def submit(submission: Submission) -> Answer:
    """Raises `InvalidInput` for a dialog that we do not know (any more)."""
    try:
        handle = VIEWS[Modal(submission.callback)]
    except (ValueError, KeyError):
        raise InvalidInput("This dialog is from an older version of me. Please open it again.") from None
    return await handle(submission)
