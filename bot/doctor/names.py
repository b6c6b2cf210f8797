"""Whether our four packages are ours: other distributions install the same names, and pip overwrites in silence."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

from bot.doctor.finding import Finding, ok, problem

ROOMS = ("bot", "handlers", "agents", "storage")
OURS = "calmops"


def check_names(
    owners: Callable[[], Mapping[str, Sequence[str]]] = packages_distributions,
    where: Callable[[str], str] | None = None,
) -> list[Finding]:
    """Asks who owns each name and where it was imported from. `owners` and `where` stand in for the real ones in tests."""
    owned = owners()
    places = {name: Path((where or _imported_from)(name)).parent.parent for name in ROOMS}
    home = places["bot"]
    found: list[Finding] = []
    for name in ROOMS:
        found += [
            problem(
                "names",
                f"`{name}` is also installed by {other}.",
                "Install Calmops in an environment of its own, or run the other in its own process.",
            )
            for other in sorted({owner for owner in owned.get(name, ()) if owner != OURS})
        ]
        if places[name] != home:
            found.append(
                problem(
                    "names",
                    f"`{name}` was imported from {places[name]}, and `bot` from {home}.",
                    "Remove the other package of that name from this environment.",
                )
            )
    return found or [ok("names", "All four packages are ours.")]


def _imported_from(name: str) -> str:
    return str(import_module(name).__file__)
