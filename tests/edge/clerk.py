"""An agent that asks before it paints, and hands to look at its cards with."""

from datetime import timedelta
from typing import Any

from agents.core.contract import AgentSpec
from agents.core.ids import JobId, PersonId, person_id
from agents.core.job import Job, Source
from agents.core.policy import Policy
from bot.emulator import Emulator
from bot.emulator.interactions.actions import _payload as block_actions
from handlers import operations
from tests.edge.rig import Rig
from tests.engine.toys import Note, Paint, Said, paint
from tests.until import until

CHO = person_id("T0LOCAL", "U0CHO")


async def _paint_wall(job: Job, given: Note) -> Said:
    done = await job.call(paint, because="walls are expensive", **Paint(wall=7).model_dump())
    return Said(text=f"{given.text}: {done.state}")


CLERK: AgentSpec[Any, Any] = AgentSpec(
    name="clerk",
    title="Clerk",
    purpose="Paints walls.",
    version="1",
    owner="support",
    input=Note,
    output=Said,
    run=_paint_wall,
    tools=(paint,),
    evidence=("the wall",),
    deadline=timedelta(hours=1),
    from_text=lambda text: Note(text=text),
)


def policy(**values: Any) -> Policy:
    """Bo approves, and whoever is in @billing-leads; Ana owns; Dee operates."""
    rules = {
        "owner": {"users": ["U0ANA"]},
        "approvers": {"users": ["U0BO"], "groups": ["S0BILLING"]},
        **values,
    }
    return Policy.model_validate({"operators": {"users": ["U0DEE"]}, "agents": {"clerk": rules}})


async def start(rig: Rig, channel: str, *, requester: PersonId = CHO, text: str = "wall") -> JobId:
    """Starts a job whose card goes to a channel."""
    source = Source(kind="test", channel=channel)
    made = await rig.write(lambda tx: operations.submit(tx, CLERK, Note(text=text), requester=requester, source=source))
    return made.job_id


async def card_of(emu: Emulator, channel: str, *, viewer: str = "bo", number: int = 1) -> dict[str, Any]:
    """The newest card with an Approve button once there are that many."""

    async def look() -> dict[str, Any] | None:
        found = [m for m in await emu.messages(channel, viewer=viewer) if approve_button(m)]
        return found[-1] if len(found) >= number else None

    return await until(look, seconds=30, what=f"card {number} in {channel}")


def approve_button(message: dict[str, Any]) -> dict[str, Any] | None:
    """The Approve button of a card that can still be decided."""
    elements = [e for block in message.get("blocks", ()) if block["type"] == "actions" for e in block["elements"]]
    return next((e for e in elements if e["action_id"].startswith("card.approve")), None)


async def press(emu: Emulator, who: str, card: dict[str, Any], *, value: str | None = None) -> dict[str, Any]:
    """Presses Approve on the card as it was when it was read, as somebody does whose screen is a moment behind."""
    button = approve_button(card)
    assert button is not None, card
    local = emu.local
    user, place = local.who(who), local.workspace.channels[card["channel"]].messages[card["ts"]]
    app = local.app()
    payload = block_actions(local, app, user, place)
    payload["message"] = {**payload["message"], "blocks": card["blocks"]}
    payload["actions"] = [
        {
            **button,
            "block_id": "b",
            "action_ts": local.new_ts(),
            "value": value if value is not None else button["value"],
        }
    ]
    what = f"click {button['action_id']}"
    outcome = await local.deliveries.ask(app.id, "interactive", payload, what, accepts=False, user=user.id)
    return outcome.describe()
