"""Undo, on the card of a call that was done."""

from agents.core.errors import Conflict
from agents.core.ids import EffectId
from handlers import operations
from handlers.actions.press import Press
from handlers.deciding import heard
from storage import escalations, journal
from storage.store import Tx


async def handle_undo(press: Press) -> None:
    """Asks for the effect to be taken back; the card says that it is being done."""
    hearing = await heard(press.deps, press.actor)

    def work(tx: Tx) -> None:
        press.check_card(tx)
        job_id = escalations.get(tx, press.ref.id).job_id
        done = [one for one in journal.effects_of(tx, job_id).values() if one.escalation_id == press.ref.id]
        if not done:
            raise Conflict("There is nothing to take back.")
        operations.ask_undo(tx, press.deps.policy(), EffectId(done[-1].id), hearing.person)

    await press.write(work)
