"""Search in a menu with more choices than Slack shows at once."""

from typing import Any

from pydantic import BaseModel
from slack_bolt.async_app import AsyncAck

from agents.core.errors import CalmopsError
from handlers.blocks.fields import fields_of
from handlers.blocks.form import options_matching
from handlers.cards import tool_of
from handlers.deps import Deps
from handlers.ids import Held, Modal, read_held, read_job, read_ref
from storage import escalations, jobs


async def handle_options(ack: AsyncAck, body: dict[str, Any], deps: Deps) -> None:
    """The first hundred choices that contain what was typed; none for a dialog that we do not know."""
    view: dict[str, Any] = body.get("view") or {}
    try:
        held = read_held(str(view.get("private_metadata", "")))
        model = await model_of(str(view.get("callback_id", "")), held, deps)
    except CalmopsError:
        model = None
    block = str(body.get("block_id", ""))
    found = next((one for one in fields_of(model) if one.block_id == block), None) if model else None
    await ack(options=options_matching(found, str(body.get("value", ""))) if found else [])


async def model_of(callback: str, held: Held, deps: Deps) -> type[BaseModel] | None:
    """What the dialog's form was made from."""
    match callback:
        case Modal.RUN:
            return deps.registry.get(held.name).input
        case Modal.JOB_EDIT:
            job = await deps.store.read(lambda tx: jobs.get(tx, read_job(held.name)))
            return deps.registry.get(job.agent).input
        case Modal.EDIT:
            escalation = await deps.store.read(lambda tx: escalations.get(tx, read_ref(held.ref).id))
            tool = tool_of(deps.registry, escalation)
            return tool.args if tool else None
        case _:
            return None
