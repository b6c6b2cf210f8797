"""Tell people about something that they answer for."""

from typing import Any

from agents.core.policy import Policy
from storage.outbox import Urgency, put
from storage.store import Tx


def tell_owner(tx: Tx, policy: Policy, agent: str, what: str, **params: Any) -> None:
    """Tells the owners of an agent: each person in a direct message; groups in the policy's channel for notices.

    `what` names the sentence that the view `owner_notice` says; `params` are its values.
    """
    owner = policy.of(agent).owner
    places: list[tuple[str, list[str]]] = [(user.rpartition("/")[2], []) for user in sorted(owner.users)]
    if policy.notices and (owner.groups or not owner.users):
        places.append((policy.notices, sorted(owner.groups)))
    for channel, groups in places:
        put(
            tx,
            "post",
            "owner_notice",
            channel=channel,
            stream=f"owner:{channel}",
            urgency=Urgency.RESULT,
            subject=f"owner:{agent}",
            agent=agent,
            what=what,
            groups=groups,
            **params,
        )
