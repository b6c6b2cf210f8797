"""Whether the bot runs, and how it is."""

import json
from pathlib import Path
from typing import Any

import aiohttp

from bot.doctor.finding import Finding, note, ok, problem


async def check_running(folder: Path) -> list[Finding]:
    """Asks the edge of this machine, found by its health file."""
    try:
        where = json.loads((folder / "health.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [note("edge", "The bot does not run here.", "`calmops run` starts it.")]
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session,
            session.get(where["url"]) as response,
        ):
            seen: dict[str, Any] = await response.json()
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError):
        return [
            problem(
                "edge",
                f"The edge (process {where.get('pid')}) does not answer.",
                "If it is gone, start the bot again; else look into its log.",
            )
        ]
    sockets = seen["sockets"]
    found = [ok("edge", f"The edge runs: {sockets['connected']} of {sockets['wanted']} sockets open.")]
    return found + [problem("edge", text) for text in seen["problems"]]
