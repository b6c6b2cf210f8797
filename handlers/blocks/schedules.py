"""Digests and schedules: as a list, when one was set up or changed, and what is to come."""

from collections.abc import Sequence
from datetime import UTC, datetime

from agents.core.schedule import Holidays, Schedule, Skipped, Slot
from handlers.blocks import text as t
from handlers.blocks.elements import Block, context, section

LISTED = 30
NEXT = 3
PREVIEWED = 5
EXAMPLES = {
    "digest": "/ops digest add #ops weekdays 09:00",
    "schedule": '/ops schedule add triage weekdays 08:00 text="the open tickets"',
}


def word_for(kind: str) -> str:
    """What people type after `/ops` for a schedule of that kind."""
    return "digest" if kind == "digest" else "schedule"


def schedule_list(found: Sequence[Schedule], now: float, holidays: Holidays, *, kind: str) -> list[Block]:
    """Each with its times, its zone, the next one and the holidays before that; one that will never come says so."""
    word = word_for(kind)
    if not found:
        return [section(t.mrkdwn("There is none yet. For example: `{}`", EXAMPLES[word]))]
    lines = [_line(one, now, holidays) for one in found[:LISTED]]
    blocks = [section(t.Mrkdwn("\n".join(lines[start : start + 10]))) for start in range(0, len(lines), 10)]
    more = f" {len(found) - LISTED} more are not shown." if len(found) > LISTED else ""
    blocks.append(
        context(t.mrkdwn("`/ops {} preview D{}`, `edit`, `run`, `pause`, `resume`, `remove`.{}",
                         word, str(found[0].id), more))
    )  # fmt: skip
    return blocks


def added_schedule(made: Schedule, now: float, holidays: Holidays, reader_zone: str) -> list[Block]:
    """What was set up or changed, and the next three times."""
    return [
        section(_head(made)),
        *coming(made.outlook(now, holidays, most=NEXT), made.timezone, reader_zone, now),
        *no_holidays(made.spec.skips_holidays, holidays),
        context(
            t.mrkdwn(
                "Its number is D{}. `/ops {} preview D{}` shows more, `edit D{}` changes it.",
                str(made.id),
                word_for(made.kind),
                str(made.id),
                str(made.id),
            )
        ),
    ]


def schedule_preview(made: Schedule, now: float, holidays: Holidays, reader_zone: str) -> list[Block]:
    """What a schedule is, does, and when next."""
    text = str(made.params.get("text", ""))
    state = t.mrkdwn("") if made.enabled else t.mrkdwn(" It is paused: nothing comes before `resume`.")
    last = made.history[-1:]
    return [
        section(t.Mrkdwn(_head(made) + state)),
        *([section(t.mrkdwn("{} is given: “{}”", made.name, t.clip(text, 1000)))] if text else []),
        *coming(made.outlook(now, holidays, most=PREVIEWED), made.timezone, reader_zone, now),
        *no_holidays(made.spec.skips_holidays, holidays),
        context(
            t.joined(
                [
                    t.mrkdwn("D{}, version {}, by {}", str(made.id), str(made.version), t.at_person(made.owner)),
                    *(
                        t.mrkdwn("last changed by {}, {}: {}", t.at_person(one.by), t.at_time(one.at), one.what)
                        for one in last
                    ),
                ]
            )
        ),
    ]


def coming(outlook: Sequence[Slot | Skipped], timezone: str, reader_zone: str, now: float) -> list[Block]:
    """The next times in the schedule's own zone, and in the reader's where that is another; holidays between them."""
    if not any(isinstance(one, Slot) for one in outlook):
        return [section(t.mrkdwn("*This will never come*: no day fits."))]
    other = timezone != reader_zone
    lines = [t.mrkdwn("Next, in {}{}:", timezone, " and in your own time" if other else "")]
    for one in outlook:
        if isinstance(one, Skipped):
            lines.append(t.mrkdwn("• skips {}", str(one)))
        else:
            yours = t.mrkdwn(", for you {}", t.at_time(one.at)) if other else t.mrkdwn("")
            lines.append(t.mrkdwn("• {}{}", in_words(one, now), yours))
    return [section(t.Mrkdwn("\n".join(lines)))]


def in_words(slot: Slot, now: float) -> str:
    """`Mon 28 December 09:00`, with its year where that is not the current one."""
    local = datetime.fromisoformat(slot.name)
    year = f" {local.year}" if local.year != datetime.fromtimestamp(now, UTC).year else ""
    return f"{local:%a} {local.day} {local:%B}{year} {local:%H:%M}"


def no_holidays(skips: bool, holidays: Holidays) -> list[Block]:
    """A word to who skips holidays where none are known."""
    if holidays or not skips:
        return []
    return [
        context(
            t.mrkdwn("No holidays are set, so none is skipped. They stand in calmops.toml: `[schedules] holidays`.")
        )
    ]


def _head(made: Schedule) -> t.Mrkdwn:
    where = t.mrkdwn(" in {}", t.at_channel(made.channel)) if made.channel else t.mrkdwn("")
    return t.mrkdwn("*{}*{}: {} ({}).", made.name, where, str(made.spec), made.timezone)


def _line(one: Schedule, now: float, holidays: Holidays) -> t.Mrkdwn:
    where = t.mrkdwn(" in {}", t.at_channel(one.channel)) if one.channel else t.mrkdwn("")
    return t.mrkdwn(
        "• *D{}* {}{}: {} ({}), {}, by {}",
        str(one.id),
        one.name,
        where,
        str(one.spec),
        one.timezone,
        _following(one, now, holidays),
        t.at_person(one.owner),
    )


def _following(one: Schedule, now: float, holidays: Holidays) -> t.Mrkdwn:
    if not one.enabled:
        return t.mrkdwn("paused")
    outlook = one.outlook(now, holidays, most=1)
    slot = next((each for each in outlook if isinstance(each, Slot)), None)
    if slot is None:
        return t.mrkdwn("*will never come*")
    skipped = ", ".join(str(each) for each in outlook if isinstance(each, Skipped))
    return t.mrkdwn("next {}{}", t.at_time(slot.at), f", skips {skipped}" if skipped else "")
