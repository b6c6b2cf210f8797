"""How many cards a minute a person sees, when some are put before them by name and some through a group. Pure.

The two are one person: whoever is named and is in a group that is asked too sees one card, and counts once.
"""

from collections.abc import Iterable, Mapping, Sequence

ANYBODY = "anybody"
"""Stands for the people of a group whose members are not known: they may be anybody."""


def faces(asked: Iterable[str], rosters: Mapping[str, frozenset[str]]) -> list[str]:
    """Each person behind these users and groups, once; `ANYBODY` alone where a group's members are not known."""
    found: set[str] = set()
    for name in asked:
        if not name.startswith("S"):
            found.add(name)
        elif name in rosters:
            found |= rosters[name]
        else:
            return [ANYBODY]
    return sorted(found)


def reachable(asked: Iterable[str], rosters: Mapping[str, frozenset[str]]) -> list[str]:
    """The people behind these users and groups that can be named, each once."""
    known = [name for name in asked if is_person(name) or name in rosters]
    return [name for name in faces(known, rosters) if is_person(name)]


def is_person(name: str) -> bool:
    """Whether this is the id of an account in Slack."""
    return name.startswith(("U", "W"))


def most_seen(counts: Mapping[str, int], before: Sequence[str]) -> int:
    """The most cards that any of these faces may have seen, where `counts` says how many each was shown.

    What was shown to anybody counts for everybody, and anybody may be the one who saw most. Too much is held back then,
    and never too little.
    """
    people = [name for name in counts if is_person(name)] if ANYBODY in before else before
    return counts.get(ANYBODY, 0) + max((counts.get(name, 0) for name in people), default=0)
