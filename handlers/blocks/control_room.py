"""The lower part of App Home: work under way, work that failed, agents, plans and permissions."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.core.records import JobRecord
from agents.core.status import JobStatus
from handlers.blocks import text as t
from handlers.blocks.agents import AgentRecord, agent_line
from handlers.blocks.elements import (
    Block,
    actions,
    button,
    confirmation,
    context,
    divider,
    option,
    overflow,
    paragraph,
    rich,
    section,
)
from handlers.blocks.jobs import job_entry, job_line
from handlers.ids import Action

SHOWN = 5
AGENTS = 12
"""As many agents as a Home shows; it counts the others."""


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One exact call that is allowed in advance."""

    id: int
    agent: str
    words: str
    until: float
    used: int


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A digest or a schedule. `when` says its times in words, `next_at` the next one."""

    id: int
    name: str
    when: str
    next_at: float | None
    enabled: bool
    channel: str | None = None


@dataclass(frozen=True, kw_only=True)
class Delegated:
    """Who decides for the viewer, and until when."""

    to: str
    last_at: float


def stop_section(stopped_by: str | None) -> list[Block]:
    """Everything is stopped: said before all else."""
    if stopped_by is None:
        return []
    dialog = confirmation("Lift the stop?", "Agents start and finish work again at once.", "Lift the stop")
    lift = button("Lift the stop", Action.STOP_LIFT, "all", confirm=dialog)
    return [
        section(
            t.mrkdwn("*Everything is stopped* by {}. Nothing new is done.", t.at_person(stopped_by)), accessory=lift
        )
    ]


def jobs_section(title: str, jobs: Sequence[JobRecord], total: int, now: float, *, more: str) -> list[Block]:
    """Work under way, each with Stop and Show."""
    if not total:
        return []
    blocks = _heading(title, total)
    for job in jobs[:SHOWN]:
        choices = [option("Show", f"{Action.JOB_SHOW}/{job.id}")]
        if job.status in (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.WAITING) and not job.cancel_asked:
            choices.append(option("Stop", f"{Action.JOB_STOP}/{job.id}"))
        menu = overflow(f"{Action.JOB_MENU}#{title}{job.id}", choices)
        blocks.append(section(job_entry(job, now), accessory=menu))
    return blocks + _rest(total, len(jobs[:SHOWN]), more)


def dead_section(jobs: Sequence[JobRecord], total: int, now: float) -> list[Block]:
    """Dead letters as a list to work off: cause, tries, and what to do."""
    if not total:
        return []
    blocks = _heading("Failed, kept for you to decide", total)
    for job in jobs[:SHOWN]:
        cause = t.clip(" ".join((job.error or "no reason given").split()), 200)
        tries = t.count(max(job.attempts, 1), "try", "tries")
        blocks.append(
            rich(
                paragraph(*job_line(job, now)),
                paragraph(t.words(f"Cause, after {tries}: "), t.words(cause, italic=True)),
            )
        )
        drop = confirmation(f"Drop J{job.id}?", "It is kept for the record and not tried again.", "Drop")
        blocks.append(
            actions(
                button("Try again", f"{Action.JOB_RETRY}#dead{job.id}", str(job.id), says=f"Try J{job.id} again"),
                button(
                    "Edit and try again",
                    f"{Action.JOB_EDIT}#dead{job.id}",
                    str(job.id),
                    says=f"Edit J{job.id} and try it again",
                ),
                button("Drop", f"{Action.JOB_DROP}#dead{job.id}", str(job.id), says=f"Drop J{job.id}", confirm=drop),
            )
        )
    return blocks + _rest(total, len(jobs[:SHOWN]), "/ops jobs stuck")


def agents_section(agents: Sequence[AgentRecord], total: int) -> list[Block]:
    """Each agent with how much it may do alone, how often people agreed, and pause or resume."""
    if not agents:
        return []
    blocks = _heading("Agents", 0)
    for agent in agents[:AGENTS]:
        switch = (
            option("Resume", f"{Action.AGENT_RESUME}/{agent.name}")
            if agent.paused_by
            else option("Pause", f"{Action.AGENT_PAUSE}/{agent.name}")
        )
        choices = [
            option("Show", f"{Action.AGENT_SHOW}/{agent.name}"),
            option("Run", f"{Action.AGENT_PICK}/{agent.name}"),
            switch,
        ]
        blocks.append(section(agent_line(agent), accessory=overflow(f"{Action.AGENT_MENU}#{agent.name}", choices)))
    return blocks + _rest(total, len(agents[:AGENTS]), "/ops agents")


def plans_section(plans: Sequence[Planned]) -> list[Block]:
    """Digests and schedules of the viewer."""
    if not plans:
        return []
    lines = []
    for one in plans[:10]:
        where = t.mrkdwn(" in {}", t.at_channel(one.channel)) if one.channel else t.mrkdwn("")
        following = t.mrkdwn("next {}", t.at_time(one.next_at)) if one.enabled and one.next_at else t.mrkdwn("paused")
        lines.append(t.mrkdwn("• {}{}: {}, {} (D{})", one.name, where, one.when, following, str(one.id)))
    return [*_heading("Your digests and schedules", len(plans)), section(t.Mrkdwn("\n".join(lines)))]


def grants_section(grants: Sequence[Permission]) -> list[Block]:
    """Exact calls that are allowed in advance, each with its end."""
    if not grants:
        return []
    blocks = _heading("Allowed in advance", len(grants))
    for one in grants[:SHOWN]:
        take_back = button(
            "Take back", f"{Action.GRANT_REVOKE}#{one.id}", str(one.id), says=f"Take permission {one.id} back"
        )
        used = t.count(one.used, "use")
        blocks.append(
            section(
                t.mrkdwn("{}: {}\nuntil {} · {}", one.agent, t.clip(one.words, 300), t.at_time(one.until), used),
                accessory=take_back,
            )
        )
    return blocks


def away_section(away: Delegated | None) -> list[Block]:
    """Who decides in the viewer's place."""
    if away is None:
        hand_over = button("Name somebody", Action.AWAY, "away", says="Name somebody who decides while you are away")
        return [divider(), section(t.mrkdwn("Going away? Somebody can decide in your place."), accessory=hand_over)]
    back = button("I am back", Action.BACK, "back")
    return [
        divider(),
        section(
            t.mrkdwn("{} decides for you until {}.", t.at_person(away.to), t.at_time(away.last_at)), accessory=back
        ),
    ]


def _heading(title: str, total: int) -> list[Block]:
    counted = f"{title} ({total:,})" if total > 1 else title
    return [divider(), rich(paragraph(t.words(counted, bold=True)))]


def _rest(total: int, shown: int, command: str) -> list[Block]:
    if total <= shown:
        return []
    return [context(t.mrkdwn("{} more: `{}`", f"{total - shown:,}", command))]
