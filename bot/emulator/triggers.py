"""trigger_id: good once, for three seconds, and only for the app it was made for."""

import secrets
from dataclasses import dataclass

from bot.emulator.clock import Clock
from bot.emulator.wire import SlackError

TRIGGER_SECONDS = 3.0


@dataclass(kw_only=True)
class Trigger:
    """Who interacted with which app, and in which modal (empty outside of modals)."""

    app_id: str
    user_id: str
    view_id: str
    issued: float
    used: bool = False


class Triggers:
    """Issues and spends trigger ids."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, Trigger] = {}
        self.seconds = TRIGGER_SECONDS

    def issue(self, app_id: str, user_id: str, view_id: str = "") -> str:
        """A fresh trigger_id."""
        now = self._clock.now()
        trigger_id = f"{int(now * 1000)}.{len(self._issued) + 1}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = Trigger(app_id=app_id, user_id=user_id, view_id=view_id, issued=now)
        while len(self._issued) > 5_000:
            self._issued.pop(next(iter(self._issued)))
        return trigger_id

    def spend(self, trigger_id: str, app_id: str) -> Trigger:
        """Use it up; raises what Slack answers when it is unknown, too old or used."""
        trigger = self._issued.get(trigger_id)
        if trigger is None or trigger.app_id != app_id:
            raise SlackError("invalid_trigger_id", "This trigger_id was never issued to this app.")
        if trigger.used:
            raise SlackError("exchanged_trigger_id", "A trigger_id works once.")
        age = self._clock.now() - trigger.issued
        if age > self.seconds:
            raise SlackError("expired_trigger_id", f"A trigger_id lives 3 seconds; this one is {age:.1f} s old.")
        trigger.used = True
        return trigger
