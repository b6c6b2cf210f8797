"""Writes bot/emulator/facts.json from the reference data: `python tests/emulator/write_facts.py ../shared/slack`."""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bot.emulator.methods import TABLE  # noqa: E402  the path above makes the import work from anywhere

# Methods of the table that the reference data does not hold: none so far.
NOT_IN_THE_REFERENCE: frozenset[str] = frozenset()
# Facts that Slack documents and the reference data lacks.
SCOPES_NOT_STATED = {"chat.scheduledMessages.list": ["chat:write"]}


def facts(source: Path) -> dict[str, Any]:
    """The facts about every method in the table, the scopes of every event, and the names of all other methods."""
    methods = json.loads((source / "methods.json").read_text(encoding="utf-8"))
    events = json.loads((source / "events.json").read_text(encoding="utf-8"))
    known = {
        name: {
            "tier": methods[name]["tier"] if str(methods[name]["tier"]).startswith("t") else None,
            "scopes": SCOPES_NOT_STATED.get(name, methods[name]["bot_scopes"]),
            "required": methods[name]["required"],
            "errors": methods[name]["errors"],
        }
        for name in sorted(TABLE)
        if name in methods
    }
    return {"methods": known, "events": events, "absent": sorted(set(methods) - set(known))}


def main() -> None:
    """Write the file."""
    target = ROOT / "bot" / "emulator" / "facts.json"
    text = json.dumps(facts(Path(sys.argv[1])), separators=(",", ":"), sort_keys=True)
    target.write_text(text.replace("},", "},\n") + "\n", encoding="utf-8")  # one method a line


if __name__ == "__main__":
    main()
