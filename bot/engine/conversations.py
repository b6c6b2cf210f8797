"""Reading threads for agents: each look is a question to the edge."""

from collections.abc import Sequence
from typing import Any

from agents.core.errors import InvalidInput
from agents.core.ids import PersonId, person_id, user_of
from agents.core.links import link_beside
from agents.core.reasoning import Message
from bot.engine.asking_edge import EdgeDesk, EdgePeople

OURS = "calmops_outbox"
"""The metadata that marks our own messages; see `bot.edge.calls.EVENT_TYPE`."""

_PAGE = 200
_MOST_PAGES = 10
_MOST_NAMES = 40


class EdgeConversations:
    """The `Conversations` of a worker, which holds no token."""

    def __init__(self, desk: EdgeDesk, *, team: str = "") -> None:
        self._desk = desk
        self._people = EdgePeople(desk)
        self._team = team

    async def thread(self, channel: str, ts: str, *, limit: int = 500) -> Sequence[Message]:
        """Reads page by page; the newest messages are dropped beyond ten pages."""
        found: list[dict[str, Any]] = []
        cursor = ""
        for _ in range(_MOST_PAGES):
            args: dict[str, Any] = {"channel": channel, "ts": ts, "limit": _PAGE, "include_all_metadata": 1}
            answer = await self._ask("conversations.replies", args | ({"cursor": cursor} if cursor else {}))
            if answer is None:
                raise InvalidInput(
                    "I cannot read that thread. Invite me to the channel, and check that it is still there."
                )
            found += answer.get("messages") or ()
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor or len(found) >= limit:
                break
        spoken = [message for message in found[:limit] if not _is_ours(message) and message.get("text")]
        names = await self._names(spoken)
        root = (await self._ask("chat.getPermalink", {"channel": channel, "message_ts": ts}) or {}).get("permalink")
        return [
            Message(
                author=names.get(message.get("user", ""), message.get("username") or "somebody"),
                text=str(message["text"]),
                at=float(message["ts"]),
                url=link_beside(str(root), channel, str(message["ts"]), ts) if root else None,
            )
            for message in spoken
        ]

    async def may_read(self, person: PersonId, channel: str) -> bool:
        """Looks through the members of the channel."""
        cursor = ""
        for _ in range(_MOST_PAGES):
            args: dict[str, Any] = {"channel": channel, "limit": 1000} | ({"cursor": cursor} if cursor else {})
            answer = await self._ask("conversations.members", args)
            if answer is None:
                return False
            if user_of(person) in (answer.get("members") or ()):
                return True
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return False
        return False

    async def _ask(self, method: str, args: dict[str, Any]) -> dict[str, Any] | None:
        answer = await self._desk.ask("slack", method=method, args=args)
        return answer if isinstance(answer, dict) and answer.get("ok", True) else None

    async def _names(self, messages: Sequence[dict[str, Any]]) -> dict[str, str]:
        users = list(
            dict.fromkeys((str(m["user"]), str(m.get("team") or self._team)) for m in messages if m.get("user"))
        )
        names: dict[str, str] = {}
        for user, team in users[:_MOST_NAMES]:
            found = await self._people.person(person_id(team, user))
            names[user] = found.name or user
        return names | {user: user for user, _ in users[_MOST_NAMES:]}


def _is_ours(message: dict[str, Any]) -> bool:
    return (message.get("metadata") or {}).get("event_type") == OURS
