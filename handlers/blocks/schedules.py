"""Digests and schedules, as lists and when one was set up."""

from collections.abc import Sequence

from agents.core.schedule import Schedule
from handlers.blocks import text as t
from handlers.blocks.elements import Block, context, section

LISTED = 30
NEXT = 3


def schedule_list(found: Sequence[Schedule], now: float, *, kind: str) -> list[Block]:
    """Each with its times, its zone and the next one; one that will never come says so."""
    if not found:
        example = (
            "/ops digest add #ops weekdays 09:00" if kind == "digest" else "/ops schedule add triage weekdays 08:00"
        )
        return [section(t.mrkdwn("There is none yet. For example: `{}`", example))]
    lines = [_line(one, now) for one in found[:LISTED]]
    blocks = [section(t.Mrkdwn("\n".join(lines[start : start + 10]))) for start in range(0, len(lines), 10)]
    word = "digest" if kind == "digest" else "schedule"
    more = f" {len(found) - LISTED} more are not shown." if len(found) > LISTED else ""
    blocks.append(context(t.mrkdwn("`/ops {} pause D{}`, `resume`, `run`, `remove`.{}", word, str(found[0].id), more)))
    return blocks


def added_schedule(made: Schedule, now: float) -> list[Block]:
    """What was set up, and the next three times, in its own zone and in the reader's."""
    where = t.mrkdwn(" in {}", t.at_channel(made.channel)) if made.channel else t.mrkdwn("")
    head = t.mrkdwn("*{}*{}: {} ({})", made.name, where, str(made.spec), made.timezone)
    times: list[t.Mrkdwn] = []
    after = now
    for _ in range(NEXT):
        slot = made.next_slot(after)
        if slot is None:
            break
        times.append(t.mrkdwn("• {}", t.at_time(slot.at, "{date_long_pretty} {time}")))
        after = slot.at
    if not times:
        return [section(head), section(t.mrkdwn("*This will never come*: no day fits."))]
    listed = t.Mrkdwn("\n".join([t.mrkdwn("The next times, in yours:"), *times]))
    return [
        section(head),
        section(listed),
        context(t.mrkdwn("`/ops digest preview {}` shows what it says. Its number is D{}.", made.name, str(made.id))),
    ]


def _line(one: Schedule, now: float) -> t.Mrkdwn:
    where = t.mrkdwn(" in {}", t.at_channel(one.channel)) if one.channel else t.mrkdwn("")
    slot = one.next_slot(now) if one.enabled else None
    if not one.enabled:
        following = t.mrkdwn("paused")
    elif slot is None:
        following = t.mrkdwn("*will never come*")
    else:
        following = t.mrkdwn("next {}", t.at_time(slot.at))
    return t.mrkdwn(
        "• *D{}* {}{}: {} ({}), {}, by {}",
        str(one.id),
        one.name,
        where,
        str(one.spec),
        one.timezone,
        following,
        t.at_person(one.owner),
    )
