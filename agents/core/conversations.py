"""The `Conversations` port: what agents may read of Slack. Only the edge holds tokens; behind this port is a question to it."""

from collections.abc import Sequence
from typing import Protocol

from agents.core.ids import PersonId
from agents.core.reasoning import Message


class Conversations(Protocol):
    """Raises `InvalidInput` for a place that is not there or that the bot may not see, `Transient` when Slack cannot be
    asked now."""

    async def thread(self, channel: str, ts: str, *, limit: int = 500) -> Sequence[Message]:
        """The messages of a thread, the first of them included, oldest first; ours are left out. Authors are names."""
        ...

    async def may_read(self, person: PersonId, channel: str) -> bool:
        """Whether this person is in the channel: an agent shows nobody what they could not read themselves."""
        ...
