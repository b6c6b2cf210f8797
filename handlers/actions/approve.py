"""Approve as proposed, with one press."""

from agents.core.records import Verdict
from handlers import operations
from handlers.actions.press import Press
from storage.store import Tx


async def handle_approve(press: Press) -> None:
    """Records the approval. The card itself tells everybody; the person who pressed needs no other answer."""
    answer = operations.Answer(
        verdict=Verdict.APPROVED, version=press.ref.version, door="button", message=press.message
    )

    def work(tx: Tx) -> operations.Decided:
        press.check_card(tx)
        return operations.decide(tx, press.deps.policy(), press.ref.id, press.actor, answer)

    await press.write(work)
