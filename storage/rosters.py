"""Who is in which user group, as the edge last heard it from Slack: for whoever has to count people and cannot ask."""

from collections.abc import Iterable, Mapping

from agents.core.people import SYSTEM
from storage import controls
from storage.store import Tx

ROSTER = "roster:"

KEEP_SECONDS = 600.0
"""A roster that was not heard of for longer is not relied on."""


def keep(tx: Tx, members: Mapping[str, Iterable[str]]) -> None:
    """Writes down who is in each of these groups now."""
    for group in members:
        controls.put(tx, ROSTER + group, sorted(members[group]), by=SYSTEM)


def known(tx: Tx) -> Mapping[str, frozenset[str]]:
    """The members of each group that is known; a group that is missing here may hold anybody."""
    found = controls.all_of(tx, ROSTER)
    fresh = {name: one["value"] for name, one in found.items() if one["at"] > tx.now - KEEP_SECONDS}
    return {name.removeprefix(ROSTER): frozenset(members) for name, members in fresh.items()}
