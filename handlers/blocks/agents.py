"""How agents are doing: how much they may do alone, and how often people agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from agents.core.autonomy import Record
from agents.core.contract import Mode
from agents.core.numbers import AgentNumbers
from handlers.blocks import text as t
from handlers.blocks.elements import Block, bullets, context, header, modal, paragraph, rich, section
from handlers.ids import Modal

MODES: Mapping[Mode, str] = {
    Mode.SHADOW: "practises (shadow)",
    Mode.REVIEW: "asks first (review)",
    Mode.AUTO: "acts alone (auto)",
}


class Standing(Protocol):
    """One case type of an agent; see `handlers.operations.autonomy.Standing`."""

    @property
    def case_type(self) -> str: ...
    @property
    def mode(self) -> Mode: ...
    @property
    def ceiling(self) -> Mode: ...
    @property
    def by(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def since(self) -> float | None: ...
    @property
    def in_mode(self) -> Record: ...
    @property
    def target(self) -> float: ...
    @property
    def missing(self) -> int: ...


@dataclass(frozen=True, kw_only=True)
class AgentRecord:
    """One agent. `week` are its numbers of the last seven days; `tools` are (title, access, tier)."""

    name: str
    title: str
    purpose: str
    standings: Sequence[Standing] = ()
    week: AgentNumbers | None = None
    paused_by: str | None = None
    tools: Sequence[tuple[str, str, str]] = ()
    forbidden: Sequence[str] = ()


def agent_line(agent: AgentRecord) -> t.Mrkdwn:
    """`*Ticket triage*  asks first (review) · agreed 41 of 44 · 12 jobs this week`."""
    parts = [t.mrkdwn("{}", _modes(agent.standings))]
    total = sum(one.in_mode.total for one in agent.standings)
    if total:
        agreed = sum(one.in_mode.agreed for one in agent.standings)
        parts.append(t.mrkdwn("people agreed with {} of {}", f"{agreed:,}", f"{total:,}"))
    if agent.week and agent.week.jobs:
        parts.append(t.mrkdwn("{} this week", t.count(agent.week.jobs, "job")))
    head = t.mrkdwn("*{}*", agent.title)
    if agent.paused_by:
        return t.mrkdwn("{}  paused by {}\n{}", head, t.at_person(agent.paused_by), t.joined(parts))
    return t.mrkdwn("{}\n{}", head, t.joined(parts))


def agent_sheet(agent: AgentRecord) -> list[Block]:
    """One agent in full."""
    blocks: list[Block] = [header(agent.title), section(t.escape(t.clip(agent.purpose, 500) or agent.name))]
    if agent.paused_by:
        blocks.append(
            section(
                t.mrkdwn("Paused by {}. `/ops resume {}` lets it work again.", t.at_person(agent.paused_by), agent.name)
            )
        )
    blocks.append(
        rich(
            paragraph(t.words("How much it may do alone", bold=True)),
            bullets(*[_standing(one) for one in agent.standings[:25]]),
        )
    )
    if len(agent.standings) > 25:
        blocks.append(context(t.mrkdwn("… and {} more kinds of case.", str(len(agent.standings) - 25))))
    if agent.week and agent.week.jobs:
        blocks.append(rich(paragraph(t.words("The last seven days", bold=True)), bullets(*_week(agent.week))))
    if agent.tools:
        lines = [[t.words(f"{title}: {access}, {tier} risk")] for title, access, tier in agent.tools[:20]]
        blocks.append(rich(paragraph(t.words("What it may use", bold=True)), bullets(*lines)))
    if agent.forbidden:
        blocks.append(
            context(t.mrkdwn("Never: {}", ", ".join(name.replace("_", " ") for name in agent.forbidden[:20])))
        )
    return blocks


def agent_dialog(agent: AgentRecord) -> Block:
    """The same in a dialog, whose title says whose it is."""
    return modal(agent.title, agent_sheet(agent)[1:], callback_id=Modal.NOTICE)


def _modes(standings: Sequence[Standing]) -> str:
    modes = {one.mode for one in standings}
    if len(modes) == 1:
        return MODES[modes.pop()]
    counted = {mode: sum(one.mode is mode for one in standings) for mode in Mode}
    return ", ".join(
        f"{MODES[mode]} in {t.count(number, 'kind')} of case" for mode, number in counted.items() if number
    )


def _standing(one: Standing) -> list[t.Rich]:
    line = [t.words(f"{one.case_type or 'Everything'}: ", bold=True), t.words(MODES[one.mode])]
    if one.in_mode.total:
        line.append(t.words(f"; people agreed with {one.in_mode.agreed:,} of {one.in_mode.total:,}"))
        line.append(t.words(f", at least {one.in_mode.bound:.0%} by the numbers, target {one.target:.0%}"))
    if one.mode is not one.ceiling and one.missing:
        line.append(t.words(f"; {t.count(one.missing, 'more agreement')} until a rise is proposed"))
    if one.since:
        line += [t.words("; since "), t.moment(one.since, "{date_short_pretty}"), t.words(" by "), t.person(one.by)]
    return line


def _week(week: AgentNumbers) -> list[list[t.Rich]]:
    done = week.finished.get("succeeded", 0)
    lines = [[t.words(f"{t.count(week.jobs, 'job')} ended, {done:,} of them done")]]
    if week.answered:
        parts = f"{week.approved:,} as proposed, {week.edited:,} changed, {week.rejected:,} rejected"
        if week.taken_over:
            parts += f", {week.taken_over:,} taken over"
        lines.append([t.words(f"{t.count(week.answered, 'answer')} by people: {parts}")])
    if week.calls:
        lines.append([t.words(f"{t.count(week.calls, 'change')} outside, {week.failed_calls:,} failed")])
    if week.incidents:
        lines.append([t.words(t.count(week.incidents, "incident"), bold=True)])
    return lines
