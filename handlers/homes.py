"""Reads together what somebody's App Home is drawn from."""

from collections.abc import Mapping
from typing import Any

from agents.core.contract import Access, Registry
from agents.core.people import Person, PersonKind
from agents.core.policy import Policy, in_people
from agents.core.status import JobStatus
from handlers.blocks.card import needs_review
from handlers.blocks.elements import Block
from handlers.blocks.home import PAGE, Room, Waiting, home_view
from handlers.cards import load_card, tool_of
from storage import inbox
from storage.store import Tx


def draw_home(tx: Tx, registry: Registry, policy: Policy, viewer: Person, params: Mapping[str, Any]) -> Block:
    """The Home of `viewer`; `params` says which page of it."""
    page = max(0, int(params.get("page", 0)))
    agents = agents_decided_by(registry, policy, viewer)
    found = inbox.waiting_for(tx, viewer.id, agents=agents, limit=PAGE, offset=page * PAGE)
    if not found.entries and found.total:
        page = (found.total - 1) // PAGE
        found = inbox.waiting_for(tx, viewer.id, agents=agents, limit=PAGE, offset=page * PAGE)
    running, running_total = inbox.page_of_jobs(tx, statuses=[JobStatus.RUNNING], limit=5)
    waiting = []
    for escalation in found.entries:
        card = load_card(tx, registry, policy, escalation.id)
        tool = tool_of(registry, escalation)
        irreversible = bool(tool and tool.access is Access.IRREVERSIBLE)
        waiting.append(Waiting(escalation=escalation, quick=not irreversible and not needs_review(card)))
    return home_view(
        Room(
            now=tx.now,
            waiting=waiting,
            total=found.total,
            page=page,
            running=running,
            running_total=running_total,
        )
    )


def agents_decided_by(registry: Registry, policy: Policy, viewer: Person) -> list[str]:
    """The agents whose questions this person may answer by their approvers' list."""
    if viewer.kind not in (PersonKind.MEMBER, PersonKind.OPERATOR):
        return []
    return [agent.name for agent in registry.all() if in_people(viewer, policy.of(agent.name).approvers)]
