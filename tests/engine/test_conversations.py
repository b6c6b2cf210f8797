"""Threads read through the edge: paged, named, linked, and only for those who are there."""

from typing import Any

import pytest

from agents.core.errors import InvalidInput
from agents.core.ids import person_id
from bot.engine.asking_edge import EdgeDesk
from bot.engine.conversations import EdgeConversations

ROOT = "https://calm.slack.com/archives/C1/p1767225600000100"
TS = "1767225600.000100"


class Edge(EdgeDesk):
    """Answers as the edge does, from pages of messages and members. None is a refusal by Slack."""

    def __init__(self, pages: list[list[dict[str, Any]]] | None, members: list[list[str]] | None = None) -> None:
        self.pages = pages
        self.members = members
        self.asked: list[str] = []

    async def ask(self, view: str, **params: Any) -> Any:
        if view == "person":
            return {"kind": "member", "name": f"name of {params['person'].partition('/')[2]}"}
        method, args = params["method"], params["args"]
        self.asked.append(method)
        if method == "chat.getPermalink":
            return {"ok": True, "permalink": ROOT}
        held = self.pages if method == "conversations.replies" else self.members
        if held is None:
            return None
        page = int(args.get("cursor") or 0)
        more = str(page + 1) if page + 1 < len(held) else ""
        name = "messages" if method == "conversations.replies" else "members"
        return {"ok": True, name: held[page], "response_metadata": {"next_cursor": more}}


def said(text: str, ts: str = TS, **rest: Any) -> dict[str, Any]:
    return {"user": "U1", "team": "T1", "text": text, "ts": ts, **rest}


async def test_thread_is_read_page_by_page_with_names_and_links() -> None:
    edge = Edge([[said("first")], [said("second", "1767225700.000200", user="U2")]])

    first, second = await EdgeConversations(edge).thread("C1", TS)

    assert (first.author, first.text, first.url) == ("name of U1", "first", ROOT)
    assert (second.author, second.at) == ("name of U2", 1767225700.0002)
    assert second.url == f"https://calm.slack.com/archives/C1/p1767225700000200?thread_ts={TS}&cid=C1"


async def test_our_own_messages_and_empty_ones_are_left_out() -> None:
    ours = said("progress", metadata={"event_type": "calmops_outbox", "event_payload": {"key": "k"}})

    messages = await EdgeConversations(Edge([[said("question"), ours, said("")]])).thread("C1", TS)

    assert [message.text for message in messages] == ["question"]


async def test_another_apps_message_has_a_name() -> None:
    [message] = await EdgeConversations(
        Edge([[{"text": "disk full", "ts": TS, "bot_id": "B9", "username": "watchdog"}]])
    ).thread("C1", TS)

    assert message.author == "watchdog"


async def test_thread_that_cannot_be_read_is_explained() -> None:
    with pytest.raises(InvalidInput, match="Invite me"):
        await EdgeConversations(Edge(None)).thread("C1", TS)


async def test_endless_thread_ends_after_ten_pages() -> None:
    edge = Edge([[said(f"message {n}")] for n in range(50)])

    assert len(await EdgeConversations(edge).thread("C1", TS)) == 10


@pytest.mark.parametrize(
    ("members", "may"),
    [([["U9"], ["U1"]], True), ([["U9"]], False), ([[]], False), (None, False)],
    ids=["on the second page", "somebody else", "empty", "refused by Slack"],
)
async def test_only_members_may_read(members: list[list[str]] | None, may: bool) -> None:
    conversations = EdgeConversations(Edge([], members))

    assert await conversations.may_read(person_id("T1", "U1"), "C1") is may
