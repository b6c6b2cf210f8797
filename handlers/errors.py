"""What a person reads when something does not work: the cause and the next step."""

import secrets
from collections.abc import Mapping

from agents.core.errors import (
    AlreadyDecided,
    BudgetExceeded,
    CalmopsError,
    Misconfigured,
    ScheduleGone,
    ScheduleMoved,
    Stopped,
    Transient,
)
from agents.core.ids import PersonId
from handlers.blocks.text import Mrkdwn, at_person, at_time, escape, joined, mrkdwn

VERDICTS: Mapping[str, str] = {
    "approved": "approved this",
    "rejected": "rejected this",
    "taken_over": "took this over",
    "chosen": "answered this",
}


def sentence_for(error: CalmopsError, reader: PersonId | None = None) -> Mrkdwn:
    """The sentence for an error that we know. Its own message, with what the person may do next where it lacks that.
    `reader` is who reads it: their own earlier answer is called theirs."""
    match error:
        case AlreadyDecided(by=by, at=at, verdict=verdict) if by and by == reader:
            said = VERDICTS.get(verdict, "decided this")
            return mrkdwn("You {} at {}. This second click changed nothing.", said, at_time(at, "{time}"))
        case AlreadyDecided(by=by, at=at, verdict=verdict) if by:
            return mrkdwn(
                "{} {} at {}, before you. Your click changed nothing.",
                at_person(by),
                VERDICTS.get(verdict, "decided this"),
                at_time(at, "{time}"),
            )
        case ScheduleGone(name=name, by=by, at=at):
            return mrkdwn("{} was removed by {}, {}.", name, at_person(by), at_time(at))
        case ScheduleMoved(lead=lead, changes=changes, rest=rest):
            told = [mrkdwn("• {}, {}: {}", at_person(by), at_time(at), what) for by, at, what in changes]
            return joined([escape(lead), *told, escape(rest)], "\n")
        case Stopped():
            return mrkdwn("{} An operator lifts it with `/ops resume all`.", str(error))
        case Transient():
            return mrkdwn("{} Please try again in a minute.", _stop(str(error)))
        case Misconfigured():
            return mrkdwn("{} `/ops doctor` names what to change.", _stop(str(error)))
        case BudgetExceeded():
            return mrkdwn("{} Its owner can raise the budget.", _stop(str(error)))
        case _:
            return escape(str(error))


def reference() -> str:
    """A short reference that stands in the log and in the apology: four characters that nobody misreads."""
    return "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(4))


def apology(ref: str) -> Mrkdwn:
    """The sentence for an error that we do not know."""
    return mrkdwn("Something went wrong on my side and nothing was changed. Tell an operator this reference: {}", ref)


def _stop(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
