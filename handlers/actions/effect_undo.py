"""Undo, on a job's sheet."""

from agents.core.errors import InvalidInput
from agents.core.ids import EffectId
from agents.core.records import EffectRecord
from handlers import operations
from handlers.actions.press import Press
from handlers.commands.call import says
from handlers.deciding import heard
from handlers.replies import Reply
from storage.store import Tx


async def handle_effect_undo(press: Press) -> None:
    """Asks for one effect to be taken back."""
    if not press.value.isdigit():
        raise InvalidInput("I do not know this button. Please open the job again.")
    hearing = await heard(press.deps, press.actor)

    def work(tx: Tx) -> EffectRecord:
        return operations.ask_undo(tx, press.deps.policy(), EffectId(int(press.value)), hearing.person)

    def tell(effect: EffectRecord) -> Reply:
        return says("{} is being taken back.", effect.tool)

    await press.write(work, says=tell)
