"""Take over: a person does it by hand, the agent does not act."""

from agents.core.records import Verdict
from handlers import operations
from handlers.actions.press import Press
from storage.store import Tx


async def handle_take_over(press: Press) -> None:
    """Records that this person does it."""
    answer = operations.Answer(
        verdict=Verdict.TAKEN_OVER, version=press.ref.version, door="button", message=press.message
    )

    def work(tx: Tx) -> operations.Decided:
        press.check_card(tx)
        return operations.decide(tx, press.deps.policy(), press.ref.id, press.actor, answer)

    await press.write(work)
