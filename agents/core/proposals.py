"""What an approval is bound to, and what an edit changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.core.canonical import Proposal
from agents.core.records import EscalationRecord


@dataclass(frozen=True, kw_only=True)
class Change:
    """One argument that an approver changed; None stands for "not there" too."""

    field: str
    old: Any
    new: Any


def proposal_of(escalation: EscalationRecord, edits: Mapping[str, Any] | None = None) -> Proposal:
    """The proposal that an answer covers: as asked, or with the approver's arguments."""
    return Proposal(
        tool=escalation.tool or "",
        args=escalation.args if edits is None else edits,
        record_version=escalation.record_version,
        job_id=escalation.job_id,
        requester=escalation.requester,
        nonce=escalation.nonce,
    )


def digest_of(escalation: EscalationRecord, edits: Mapping[str, Any] | None = None) -> str:
    """The digest of that proposal, computed anew from the stored row: never the stored digest."""
    return proposal_of(escalation, edits).digest()


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs between two sets of arguments, in the order of the old ones."""
    fields = [*old, *(name for name in new if name not in old)]
    return tuple(
        Change(field=name, old=old.get(name), new=new.get(name)) for name in fields if old.get(name) != new.get(name)
    )
