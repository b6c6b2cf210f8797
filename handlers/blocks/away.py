"""Going away: who decides in one's place, and until when."""

from agents.core.clock import as_utc
from handlers.blocks import text as t
from handlers.blocks.elements import Block, context, field, modal
from handlers.ids import Action, Held, Modal

WEEK = 7 * 86400


def away_dialog(now: float, held: Held) -> Block:
    """Asks for a person and two dates; begins today, ends in a week unless changed."""
    today, later = as_utc(now).date().isoformat(), as_utc(now + WEEK).date().isoformat()
    return modal(
        "While you are away",
        [
            field(
                "Who decides for you?", {"type": "users_select", "action_id": Action.INPUT.value}, block_id="in.person"
            ),
            field(
                "From",
                {"type": "datepicker", "action_id": Action.INPUT.value, "initial_date": today},
                block_id="in.first",
            ),
            field(
                "Until and including",
                {"type": "datepicker", "action_id": Action.INPUT.value, "initial_date": later},
                block_id="in.last",
            ),
            context(
                t.mrkdwn("They may answer what you may answer, also what waits already. Both names are on the record.")
            ),
        ],
        callback_id=Modal.AWAY,
        submit="Hand over",
        close="Go back",
        metadata=held.pack(),
    )
