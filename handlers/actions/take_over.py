"""Take over: a person does it by hand, the agent does not act."""

from agents.core.records import Verdict
from handlers import operations
from handlers.actions.press import Press
from handlers.deciding import aftermath, heard, settle
from storage.store import Tx


async def handle_take_over(press: Press) -> None:
    """Records that this person does it."""
    answer = operations.Answer(
        verdict=Verdict.TAKEN_OVER, version=press.ref.version, door="button", message=press.message
    )

    hearing = await heard(press.deps, press.actor, press.ref.id)

    def work(tx: Tx) -> operations.Decided:
        press.check_card(tx)
        return settle(tx, press.deps, press.ref.id, hearing, answer)

    await press.write(work, says=aftermath)
