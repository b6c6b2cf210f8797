"""The dialog for going away was submitted."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agents.core.errors import InvalidInput
from agents.core.ids import person_id
from handlers import operations
from handlers.deciding import heard
from handlers.views.submission import Answer, Submission


async def handle_away(submission: Submission) -> Answer:
    """Days count in the person's own zone, the last one included."""
    deps = submission.deps
    user = submission.person("in.person")
    if not user:
        return await submission.errors({"in.person": "Please choose a person."})
    hearing = await heard(deps, submission.actor)
    zone = ZoneInfo(hearing.person.timezone)
    first = _midnight(submission.date("in.first"), zone)
    last = _midnight(submission.date("in.last"), zone, days=1)
    if first is None or last is None:
        return await submission.errors({"in.last" if last is None else "in.first": "Please choose a day."})
    to = await deps.people.person(person_id(deps.team, user), fresh=True)
    try:
        return await submission.write(
            lambda tx: operations.delegate(tx, hearing.person, to, first_at=max(first, tx.now), last_at=last)
        )
    except InvalidInput as error:
        return await submission.errors({"in.last": str(error)})


def _midnight(day: str, zone: ZoneInfo, *, days: int = 0) -> float | None:
    """When a day begins there; with `days=1` when it is over."""
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=days), time(), zone).timestamp()
    except ValueError:
        return None
