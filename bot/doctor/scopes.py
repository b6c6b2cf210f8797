"""Which scopes the app has, and what each missing one costs."""

from collections.abc import Collection

from bot.doctor.finding import Finding, note, ok, problem

NEEDED = {
    "chat:write": "nothing can be posted",
    "commands": "/ops does not reach the bot",
    "app_mentions:read": "mentions do not reach the bot",
    "im:history": "direct messages do not reach the bot",
    "im:write": "nobody can be told in a direct message, an owner of a lost card for example",
    "assistant:write": "agent sessions and their Stop button are missing",
    "users:read": "nobody can be looked up, so nobody may approve",
}
OPTIONAL = {
    "channels:history": "messages in public channels start no agent, and a post whose reply was lost is posted again",
    "groups:history": "messages in private channels start no agent, and a post whose reply was lost is posted again",
    "channels:read": "channels are shown by id, shared ones are not recognised, and questions in one that loses me move late",
    "groups:read": "private channels are shown by id, and questions in one that loses me move late",
    "usergroups:read": "approvers named by user group cannot be resolved, so they may not approve",
    "reactions:read": "reactions start no agent",
    "files:write": "charts in digests are left out; their numbers are there as text",
}


def check_scopes(granted: Collection[str]) -> list[Finding]:
    """`granted` are the scopes of the bot token; empty when Slack did not say."""
    if not granted:
        return [note("scopes", "Slack did not say which scopes the bot token has.")]
    step = "Add it under OAuth & Permissions (or update the app from manifest.yml) and install the app again."
    found = [
        problem("scopes", f"The scope {scope} is missing: {cost}.", step)
        for scope, cost in NEEDED.items()
        if scope not in granted
    ]
    found += [
        note("scopes", f"Without the scope {scope}, {cost}.", step)
        for scope, cost in OPTIONAL.items()
        if scope not in granted
    ]
    return found or [ok("scopes", "All scopes are granted.")]
