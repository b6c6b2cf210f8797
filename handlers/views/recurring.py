"""What the dialogs of digests and scheduled runs share: times and zones checked at their fields, and a change that comes
second is shown what the first one did, with everything that was entered kept."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from agents.core.amend import Wanted
from agents.core.errors import InvalidInput, ScheduleMoved
from agents.core.schedule import Schedule, read_zone
from agents.core.spec import read_spec
from handlers import operations
from handlers.blocks import text as t
from handlers.blocks.dialogs import notice
from handlers.blocks.elements import Block
from handlers.blocks.schedule_dialogs import Form
from handlers.blocks.schedules import added_schedule
from handlers.commands.times import spec_of
from handlers.errors import sentence_for
from handlers.ids import Held
from handlers.views.submission import Answer, Submission
from storage.store import Tx

Again = Callable[[Held, t.Mrkdwn], Block]
"""Draws the dialog anew, with what was entered, for another version and with a sentence above."""


def entered(submission: Submission, *, name: str, text: str = "") -> Form:
    """What stands in the fields."""
    return Form(
        channel=submission.conversation("in.channel"),
        name=name,
        text=text,
        when=submission.text("in.when"),
        zone=submission.text("in.zone"),
    )


def problems_of(form: Form) -> dict[str, str]:
    """What cannot be read, by the field it stands in."""
    errors = {}
    for block, check, value in (("in.when", read_spec, spec_of(form.when.split())), ("in.zone", read_zone, form.zone)):
        try:
            check(value)
        except InvalidInput as error:
            errors[block] = str(error).replace("`", "")
    if not form.channel:
        errors["in.channel"] = "Please choose a channel."
    return errors


async def set_up(submission: Submission, title: str, said: str, add: Callable[[Tx], Schedule]) -> Answer:
    """Sets it up and shows the next times."""

    def work(tx: Tx) -> Answer:
        more = _more(submission, tx, add(tx))
        return {"response_action": "update", "view": notice(t.mrkdwn(said), title=title, more=more)}

    return await submission.write_answer(work)


def changed(form: Form, seen: Sequence[str]) -> Wanted:
    """Only what differs from what this person had before them."""
    read = replace(form, when=str(read_spec(spec_of(form.when.split()))))
    values = (read.when, read.zone, read.channel, read.name, read.text)
    pairs = zip(("spec", "timezone", "channel", "name", "text"), values, read.seen, seen, strict=True)
    return Wanted(**{part: value for part, value, new, old in pairs if new != old})


async def save(submission: Submission, form: Form, again: Again) -> Answer:
    """Changes what is there. Whoever comes second sees the dialog anew."""
    wanted = changed(form, submission.held.picked)
    number, version = (int(part) for part in submission.held.ref.split("."))
    deps = submission.deps

    def work(tx: Tx) -> Answer:
        done = operations.amend_schedule(
            tx, deps.policy(), deps.registry, number, submission.actor, wanted, seen=version
        )
        said = t.mrkdwn("Changed: {}.", ", ".join(done.what)) if done.what else t.mrkdwn("Nothing was changed.")
        view = notice(said, title=f"D{number}", more=_more(submission, tx, done.schedule))
        return {"response_action": "update", "view": view}

    try:
        return await submission.write_answer(work)
    except ScheduleMoved as moved:
        rest = (
            "What you entered stands below. Save puts what you changed over theirs, and leaves the rest as it is now."
        )
        told = sentence_for(ScheduleMoved(moved.lead, changes=moved.changes, rest=rest))
        view = again(replace(submission.held, ref=f"{number}.{moved.version}"), told)
        return await submission.write_answer(lambda _: {"response_action": "update", "view": view})


def _more(submission: Submission, tx: Tx, made: Schedule) -> list[Block]:
    return added_schedule(made, tx.now, submission.deps.policy().schedules.holidays, submission.actor.timezone)
