"""One of several answers to an agent's question."""

from agents.core.errors import InvalidInput
from agents.core.records import Verdict
from handlers import operations
from handlers.actions.press import Press
from handlers.blocks import text as t
from handlers.blocks.dialogs import notice
from handlers.deciding import aftermath, heard, settle
from storage import escalations
from storage.store import Tx


async def handle_choose(press: Press) -> None:
    """The button carries the number of the choice; its words are read from the question as stored."""
    if not press.extra.isdigit():
        raise InvalidInput("I do not know this choice. Please use the current card.")
    place = int(press.extra)

    hearing = await heard(press.deps, press.actor, press.ref.id)

    def work(tx: Tx) -> operations.Decided:
        press.check_card(tx)
        choices = escalations.get(tx, press.ref.id).choices
        if place >= len(choices):
            raise InvalidInput("I do not know this choice. Please use the current card.")
        answer = operations.Answer(
            verdict=Verdict.CHOSEN,
            version=press.ref.version,
            door="button",
            choice=choices[place],
            message=press.message,
        )
        return settle(tx, press.deps, press.ref.id, hearing, answer)

    done = await press.write(work, says=aftermath)
    await press.update_view(notice(t.mrkdwn("You answered: {}", done.escalation.answer or "")))
