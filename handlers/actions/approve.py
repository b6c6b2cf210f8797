"""Approve as proposed, with one press."""

from agents.core.records import Verdict
from handlers import operations
from handlers.actions.press import Press
from handlers.deciding import aftermath, heard, settle
from storage.store import Tx


async def handle_approve(press: Press) -> None:
    """Records the approval. The card itself tells everybody; the person who pressed needs no other answer."""
    answer = operations.Answer(
        verdict=Verdict.APPROVED, version=press.ref.version, door="button", message=press.message
    )

    hearing = await heard(press.deps, press.actor, press.ref.id)

    def work(tx: Tx) -> operations.Decided:
        press.check_card(tx)
        return settle(tx, press.deps, press.ref.id, hearing, answer)

    await press.write(work, says=aftermath)
