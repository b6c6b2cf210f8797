"""The `Announcer` port: says something to people in a channel, once per key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Line:
    """One point of an announcement: literal text, and where it can be looked at."""

    text: str
    url: str | None = None


class Announcer(Protocol):
    """`mention` are ids of users and user groups; every text is literal. A repeated `key` says nothing again."""

    async def announce(
        self, channel: str, headline: str, lines: Sequence[Line], *, mention: Sequence[str], key: str, job_id: int
    ) -> None: ...
