"""Reads together what somebody's App Home is drawn from: counts and single pages, never whole tables."""

from collections.abc import Mapping
from typing import Any

from agents.core.contract import Access, Registry
from agents.core.people import Person, PersonKind
from agents.core.policy import Policy, in_people
from agents.core.records import EscalationRecord
from agents.core.schedule import Holidays
from agents.core.status import JobStatus
from handlers.blocks.card import needs_review
from handlers.blocks.control_room import AGENTS, Delegated, Permission, Planned
from handlers.blocks.elements import Block
from handlers.blocks.home import PAGE, Group, Room, Waiting, home_view
from handlers.blocks.proposal import shown_args, value_text
from handlers.cards import tool_of
from handlers.ids import Ref
from handlers.numbers import agent_records
from handlers.places import links_to_cards
from handlers.steps import tool_title
from storage import controls, delegations, grants, inbox, schedules
from storage.store import Tx

OPEN = (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.WAITING)


def draw_home(
    tx: Tx, registry: Registry, policy: Policy, viewer: Person, params: Mapping[str, Any], workspace_url: str = ""
) -> Block:
    """The Home of `viewer`; `params` says which page of it, and the questions of which agent."""
    agents = agents_decided_by(registry, policy, viewer)
    only = str(params.get("agent") or "")
    page = max(0, int(params.get("page", 0)))
    found = inbox.waiting_for(tx, viewer.id, agents=agents, agent=only or None, limit=PAGE, offset=page * PAGE)
    if not found.entries and found.total:
        page = (found.total - 1) // PAGE
        found = inbox.waiting_for(tx, viewer.id, agents=agents, agent=only or None, limit=PAGE, offset=page * PAGE)
    mine, mine_total = inbox.page_of_jobs(tx, statuses=OPEN, requester=viewer.id)
    running, running_total = inbox.page_of_jobs(tx, statuses=[JobStatus.RUNNING])
    late, late_total = inbox.page_of_jobs(tx, statuses=[JobStatus.QUEUED, JobStatus.RUNNING], overdue=True)
    dead, dead_total = inbox.page_of_jobs(tx, statuses=[JobStatus.FAILED, JobStatus.DEAD])
    steered = [agent for agent in registry.all() if steers(policy, viewer, agent.name)]
    away = delegations.planned(tx, away=viewer.id)
    about = inbox.summaries(tx, [one.job_id for one in found.entries])
    links = links_to_cards(tx, [one.id for one in found.entries], workspace_url)
    stop = controls.all_of(tx, controls.STOP).get(controls.STOP)
    return home_view(
        Room(
            now=tx.now,
            waiting=[_waiting(registry, one, links.get(one.id), about.get(one.job_id, "")) for one in found.entries],
            total=found.total,
            page=page,
            agent=only,
            choices=[(agent.name, agent.title) for agent in registry.all() if agent.name in agents],
            groups=[_group(tx, registry, one) for one in inbox.groups(tx, agents=agents)],
            mine=mine,
            mine_total=mine_total,
            running=running,
            running_total=running_total,
            late=late,
            late_total=late_total,
            dead=dead,
            dead_total=dead_total,
            agents=agent_records(tx, policy, steered[:AGENTS]),
            agents_total=len(steered),
            stopped_by=stop["by"] if stop else None,
            grants=_grants(tx, registry, [agent.name for agent in steered]),
            plans=_plans(tx, viewer, policy.schedules.holidays),
            away=Delegated(to=away[0].to, last_at=away[0].last_at) if away else None,
        )
    )


def agents_decided_by(registry: Registry, policy: Policy, viewer: Person) -> list[str]:
    """The agents whose questions this person may answer, by their own right or for somebody who is away."""
    if viewer.kind not in (PersonKind.MEMBER, PersonKind.OPERATOR):
        return []
    hats = [viewer, *viewer.stands_in_for]
    names = sorted({*policy.agents, *[agent.name for agent in registry.all()]})
    found = []
    for name in names:
        rules = policy.of(name)
        people = rules.approvers
        narrower = [part.approvers for part in (*rules.high_value, *rules.tools.values(), *rules.tiers.values())]  # type: ignore[attr-defined]  # their common base does not say so
        for part in narrower:
            people = people | part if part else people
        if any(in_people(hat, people) for hat in hats):
            found.append(name)
    return found


def steers(policy: Policy, viewer: Person, agent: str) -> bool:
    """Whether an agent is shown in this person's control room: its owners, its approvers and operators see it."""
    rules = policy.of(agent)
    people = rules.owner | rules.approvers | policy.operators
    return viewer.kind is PersonKind.OPERATOR or (viewer.kind is PersonKind.MEMBER and in_people(viewer, people))


def _waiting(registry: Registry, escalation: EscalationRecord, link: str | None, about: str) -> Waiting:
    tool = tool_of(registry, escalation)
    sensitive = tool.sensitive if tool else frozenset[str]()
    shown = shown_args(tool.args if tool else None, escalation.final_args, sensitive=sensitive)
    irreversible = bool(tool and tool.access is Access.IRREVERSIBLE)
    return Waiting(
        escalation=escalation, quick=not irreversible and not needs_review(escalation, shown), link=link, about=about
    )


def _group(tx: Tx, registry: Registry, alike: inbox.Alike) -> Group:
    first = inbox.of_ids(tx, [alike.first])[0]
    kind = f", {alike.case_type}" if alike.case_type else ""
    title = tool_title(registry, alike.agent, alike.tool)
    return Group(words=f"{title}{kind}", number=alike.number, ref=Ref(id=first.id, version=first.version).pack())


def _grants(tx: Tx, registry: Registry, agents: list[str]) -> list[Permission]:
    found = []
    for one in grants.in_force(tx):
        if one.agent not in agents:
            continue
        words = ", ".join(f"{name} {value_text(value)}" for name, value in one.pattern.items())
        found.append(
            Permission(
                id=one.id,
                agent=one.agent,
                words=f"{tool_title(registry, one.agent, one.tool)} with {words}",
                until=one.until,
                used=one.used,
            )
        )
    return found[:20]


def _plans(tx: Tx, viewer: Person, holidays: Holidays) -> list[Planned]:
    """The digests and schedules that the viewer set up."""
    return [
        Planned(
            id=one.id,
            name=one.name,
            when=f"{one.spec} ({one.timezone})",
            next_at=slot.at if (slot := one.next_slot(tx.now, holidays)) else None,
            enabled=one.enabled,
            channel=one.channel,
        )
        for one in schedules.all_of(tx)
        if one.owner == viewer.id
    ]
