"""The apps installed in this workspace, and which tokens belong to them."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from bot.emulator.facts import Facts
from bot.emulator.manifest import AppFacts, understand
from bot.emulator.wire import Json, SlackError

REAL_TOKEN = re.compile(r"^(xox[abeoprs]-\d|xoxe\.|xox[bp]-.*-\d{6,}|xapp-\d-)")


@dataclass(kw_only=True)
class App:
    """One installed app. `home_views` and the like hang on its id elsewhere."""

    id: str
    name: str
    bot_user: str
    bot_id: str
    bot_token: str
    app_token: str
    manifest: Json = field(default_factory=dict)
    revoked: bool = False
    app_token_revoked: bool = False
    uninstalled: bool = False
    function_tokens: list[str] = field(default_factory=list)

    @cached_property
    def facts(self) -> AppFacts:
        return understand(self.manifest)

    def adopt(self, manifest: Json) -> None:
        """Take on another manifest."""
        self.manifest = manifest
        self.__dict__.pop("facts", None)  # the cached reading of the old one

    def listens_to(self, subscription: str, facts: Facts) -> bool:
        """Whether the app subscribed to this event and was granted a scope for it."""
        if subscription not in self.facts.events or self.uninstalled:
            return False
        needed = facts.event_scopes.get(subscription, ())
        return not needed or any(scope in self.facts.scopes for scope in needed)

    def describe(self, *, connected: int) -> Json:
        """What the page needs to know about the app."""
        facts = self.facts
        return {
            "id": self.id, "name": self.name, "bot_user": self.bot_user, "bot_id": self.bot_id,
            "description": facts.description, "connected": connected, "installed": not self.uninstalled,
            "home_enabled": facts.home_enabled, "messages_enabled": facts.messages_enabled,
            "is_agent": facts.is_agent, "suggested_prompts": list(facts.suggested_prompts),
            "scopes": sorted(facts.scopes), "events": sorted(facts.events),
            "commands": [
                {"command": c.command, "description": c.description, "usage_hint": c.usage_hint, "app": self.id}
                for c in facts.commands
            ],
            "shortcuts": [
                {"name": s.name, "callback_id": s.callback_id, "type": s.type, "description": s.description}
                for s in facts.shortcuts
            ],
        }  # fmt: skip


def refuse_real_token(token: str) -> None:
    """Raise when the token has the form of one from a real workspace: it must never be typed in here."""
    if REAL_TOKEN.match(token):
        raise SlackError(
            "invalid_auth",
            "This token has the form of a real workspace's token. The local Slack only takes its own, such as "
            "xoxb-local-calmops and xapp-local-calmops; the token was neither stored nor logged.",
        )
