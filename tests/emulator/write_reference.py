"""Writes the tables of docs/reference/emulator.md from the code: `python tests/emulator/write_reference.py`.

Text between the marks `<!-- table: NAME -->` and `<!-- end -->` is replaced; everything else is written by hand.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bot.emulator.control.table import ACTS  # noqa: E402  the path above makes the import work from anywhere
from bot.emulator.facts import Facts  # noqa: E402
from bot.emulator.faults import FAULTS  # noqa: E402
from bot.emulator.methods import TABLE  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "emulator.md"
TIERS = {"t1": "1 a minute", "t2": "20 a minute", "t3": "50 a minute", "t4": "100 a minute", "t5": "600 a minute"}
SPECIAL = {"chat.postMessage": "1 a second and channel, 300 a minute"}


def rows(head: Iterable[str], body: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *map(list, body)]
    return "\n".join("| " + " | ".join(cell.replace("\n", " ") for cell in line) + " |" for line in lines)


def methods() -> str:
    facts = Facts()
    body = []
    for name in sorted(TABLE):
        method, known = TABLE[name], facts.methods.get(name)
        scopes = " or ".join(f"`{scope}`" for scope in known.scopes) if known and known.scopes else "none"
        rate = SPECIAL.get(name) or TIERS[known.tier if known else "t5"]
        body.append([f"`{name}`", method.faith, rate, scopes, method.note])
    return rows(["method", "how", "rate", "scope", "what differs"], body)


def faults() -> str:
    return rows(["kind", "what happens"], ([f"`{kind}`", meaning] for kind, meaning in FAULTS.items()))


def acts() -> str:
    body = ([f"`{name}`", act.verb, act.about] for name, act in ACTS.items())
    return rows(["command", "verb", "what it does"], body)


def errors() -> str:
    body = (
        [f"`{name}`", ", ".join(f"`{error}`" for error in sorted(TABLE[name].errors)) or "-"] for name in sorted(TABLE)
    )
    return rows(["method", "errors it may answer, beyond the common ones"], body)


WRITERS = {"methods": methods, "faults": faults, "acts": acts, "errors": errors}


def written(page: str) -> str:
    """The page with fresh tables."""
    for name, write in WRITERS.items():
        mark = re.compile(rf"(<!-- table: {name} -->\n)(?:.*?\n)??(<!-- end -->)", re.DOTALL)
        assert mark.search(page), f"docs/reference/emulator.md has no place for the table of {name}"
        page = mark.sub(lambda found, write=write: found[1] + write() + "\n" + found[2], page)  # type: ignore[misc]
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
