"""An approver changes the arguments: checked against the tool's own schema, bound to a digest of its own."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Literal

from pydantic import ValidationError

from agents.core.canonical import call_digest
from agents.core.contract import Registry, Tier, Tool
from agents.core.errors import InvalidEdit, InvalidInput, NotFound
from agents.core.people import SYSTEM, Person
from agents.core.policy import Demand, Policy, demand_of
from agents.core.proposals import changes, digest_of
from agents.core.records import EscalationKind, EscalationRecord, EscalationState
from agents.core.status import JobStatus
from handlers.operations.escalate import announce, repaint
from storage import escalations, jobs
from storage.store import Tx


def read_edits(
    escalation: EscalationRecord, edits: Mapping[str, Any] | None, registry: Registry | None
) -> dict[str, Any] | None:
    """The arguments as edited, in the tool's own form; None when nothing is changed.

    Raises `InvalidEdit` with a sentence for each argument that does not fit or must stay as it is.
    """
    if edits is None:
        return None
    if escalation.kind not in (EscalationKind.APPROVE, EscalationKind.SHADOW):
        raise InvalidInput(f"E{escalation.id} has nothing to edit.")
    tool = _tool(escalation, registry)
    try:
        checked = tool.args.model_validate(dict(edits)).model_dump(mode="json")
    except ValidationError as error:
        problems = {str(one["loc"][0]) if one["loc"] else "": one["msg"] for one in error.errors()}
        raise InvalidEdit("These arguments do not fit.", fields=problems) from error
    before = escalation.final_args
    locked = {
        change.field: "This names the record itself and cannot be changed here."
        for change in changes(before, checked)
        if change.field in tool.locked
    }
    if locked:
        raise InvalidEdit("Part of this cannot be changed.", fields=locked)
    return None if not changes(before, checked) else checked


def reopen_with(
    tx: Tx,
    policy: Policy,
    escalation: EscalationRecord,
    edits: dict[str, Any],
    person: Person,
    registry: Registry | None,
    *,
    door: str,
) -> tuple[EscalationRecord, Literal["second_look", "replaced"] | None]:
    """What an edit makes of the question before anybody's approval counts.

    Where the edit raises what the call needs (its risk, how many, who), a new question replaces this one. At high risk
    the edited call is put up for a second look. With a quorum the edit clears the votes so far. Else nothing happens here.
    """
    now, then = demand_of(escalation, policy), demand_of(escalation, policy, args=edits)
    difference = [change.field for change in changes(escalation.final_args, edits)]
    if then.tier.rank > now.tier.rank or then.quorum > now.quorum or then.approvers != now.approvers:
        fresh = _replace(tx, escalation, edits, _tool(escalation, registry), then)
        _audit(tx, escalation, fresh, person, difference, door)
        return fresh, "replaced"
    if then.tier.rank < Tier.HIGH.rank and then.quorum == 1:
        return escalation, None
    tool = _tool(escalation, registry)
    checked = tool.args.model_validate(edits)
    escalations.change(
        tx,
        escalation.id,
        edits=edits,
        digest=digest_of(escalation, edits),
        version=escalation.version + 1,
        question=tool.question(checked),
        verb=tool.verb(checked),
    )
    after = escalations.get(tx, escalation.id)
    _audit(tx, escalation, after, person, difference, door)
    repaint(tx, escalation.id)
    return after, "second_look" if then.tier.rank >= Tier.HIGH.rank else None


def _replace(tx: Tx, old: EscalationRecord, edits: dict[str, Any], tool: Tool[Any], needed: Demand) -> EscalationRecord:
    checked = tool.args.model_validate(edits)
    nonce = secrets.token_hex(16)
    values = asdict(old)
    for name in ("id", "state", "created_at", "replaced_by", "posted_at"):
        values.pop(name)
    values |= {
        "args": edits,
        "edits": None,
        "nonce": nonce,
        "digest": digest_of(replace(old, nonce=nonce), edits),
        "version": old.version + 1,
        "tier": needed.tier,
        "quorum": needed.quorum,
        "approvers": {"users": sorted(needed.approvers.users), "groups": sorted(needed.approvers.groups)},
        "question": tool.question(checked),
        "verb": tool.verb(checked),
        "choices": list(old.choices) or None,
        "evidence": [asdict(piece) for piece in old.evidence],
        "reminders": 0,
    }
    escalations.settle(tx, old.id, EscalationState.REPLACED, outcome="an edit raised the risk", outcome_at=tx.now)
    fresh = escalations.add(tx, **values)
    escalations.change(tx, old.id, replaced_by=fresh.id)
    job = jobs.get(tx, old.job_id)
    if job.status is JobStatus.WAITING and job.wait_for == f"escalation:{old.id}":
        jobs.change(tx, job.id, wait_for=f"escalation:{fresh.id}")
    repaint(tx, old.id)
    announce(tx, fresh, actor=SYSTEM, because="an edit raised the risk", limits=needed.limits)
    return fresh


def _tool(escalation: EscalationRecord, registry: Registry | None) -> Tool[Any]:
    agent = registry.find(escalation.agent) if registry else None
    if agent is None or not escalation.tool:
        raise InvalidInput("This cannot be edited from here. Approve or reject it as it stands.")
    try:
        return agent.tool(escalation.tool)
    except NotFound:
        raise InvalidInput(f"{agent.title} no longer has {escalation.tool}, so this cannot be edited.") from None


def _audit(
    tx: Tx, before: EscalationRecord, after: EscalationRecord, person: Person, fields: list[str], door: str
) -> None:
    tx.audit(
        "escalation.edited",
        actor=person.id,
        job_id=before.job_id,
        escalation_id=before.id,
        becomes=after.id,
        version=after.version,
        tool=before.tool,
        edited=fields,
        digest=after.digest,
        args_digest=call_digest(before.tool or "", after.final_args),
        expires_at=after.expires_at,
        tier=after.tier,
        door=door,
    )
