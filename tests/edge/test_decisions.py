"""The pure decisions of the edge: keys of deliveries, who acted, when to call, what a refusal means."""

from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from agents.core.ids import PersonId
from agents.core.people import Person, PersonKind
from bot.edge.backoff import MOST, Backoff
from bot.edge.calls import NoPlace
from bot.edge.deliveries import Frame, key_of, read_frame
from bot.edge.identity import Claim, Home, actor_of, claim_of
from bot.edge.outcomes import TRIES, judge
from bot.edge.pacing import CHANNEL_BURST, Pace, Window
from bot.edge.refusals import fatal_sentence, retry_after_of

HOME = Home(team_id="T1", enterprise_id="E1")


def frame(kind: str, payload: dict[str, Any], envelope_id: str = "e1") -> Frame:
    return Frame(kind=kind, envelope_id=envelope_id, payload=payload)


def test_an_event_is_known_by_its_id_through_every_attempt() -> None:
    first = frame("events_api", {"event_id": "Ev1", "event": {"type": "message"}}, "a")
    again = frame("events_api", {"event_id": "Ev1", "event": {"type": "message"}}, "b")
    assert key_of(first) == key_of(again)
    assert key_of(first) != key_of(frame("events_api", {"event_id": "Ev2"}))


@pytest.mark.parametrize(
    "change",
    [
        {"user": {"id": "U2"}},
        {"actions": [{"action_id": "a", "action_ts": "2.0"}]},
        {"actions": [{"action_id": "b", "action_ts": "1.0"}]},
        {"view": {"id": "V2", "hash": "h"}},
        {"view": {"id": "V1", "hash": "h2"}},
    ],
)
def test_a_click_without_a_trigger_is_known_by_who_did_what_when(change: dict[str, Any]) -> None:
    click = {
        "type": "block_actions",
        "user": {"id": "U1"},
        "actions": [{"action_id": "a", "action_ts": "1.0"}],
        "view": {"id": "V1", "hash": "h"},
    }
    assert key_of(frame("interactive", click, "a")) == key_of(frame("interactive", dict(click), "b"))
    assert key_of(frame("interactive", click)) != key_of(frame("interactive", click | change))


def test_two_clicks_with_triggers_of_their_own_are_two() -> None:
    assert key_of(frame("interactive", {"trigger_id": "1"})) != key_of(frame("interactive", {"trigger_id": "2"}))


def test_what_is_no_delivery_is_none() -> None:
    for raw in ({}, {"type": "hello"}, {"type": "events_api", "envelope_id": 3, "payload": {}}, {"type": "events_api"}):
        assert read_frame(raw) is None


@pytest.mark.parametrize(
    ("kind", "payload", "claim"),
    [
        ("slash_commands", {"user_id": "U1", "team_id": "T1"}, Claim(user="U1", team="T1")),
        ("interactive", {"user": {"id": "U1", "team_id": "T9"}, "team": {"id": "T1"}}, Claim(user="U1", team="T9")),
        ("interactive", {"user": {"id": "U1"}, "team": {"id": "T1"}}, Claim(user="U1", team=None)),
        (
            "events_api",
            {"team_id": "T1", "event": {"type": "app_mention", "user": "U1", "team": "T1", "user_team": "E9"}},
            Claim(user="U1", team="E9", needs_team=False),
        ),
        (
            "events_api",
            {"event": {"type": "app_home_opened", "user": "U1"}},
            Claim(user="U1", team=None, needs_team=False),
        ),
        (
            "events_api",
            {"event": {"type": "user_change", "user": {"id": "U1"}}},
            Claim(user="U1", team=None, needs_team=False),
        ),
        ("events_api", {"event": {"type": "tokens_revoked"}}, Claim(user=None, team=None, needs_team=False)),
        (
            "events_api",
            {"event": {"type": "message", "user": "U1", "bot_id": "B1"}},
            Claim(user="U1", team=None, is_bot=True, needs_team=False),
        ),
    ],
)
def test_who_acted_is_read_from_where_it_cannot_mislead(kind: str, payload: dict[str, Any], claim: Claim) -> None:
    assert claim_of(kind, payload) == claim


class _Everybody:
    async def person(self, person: PersonId, *, fresh: bool = False) -> Person:
        return Person(id=person, kind=PersonKind.MEMBER)

    async def channel_name(self, channel: str) -> str:
        return channel


@pytest.mark.parametrize(
    ("claim", "kind", "key"),
    [
        (Claim(user="U1", team="T1"), PersonKind.MEMBER, "E1/U1"),
        (Claim(user="U1", team="E1"), PersonKind.MEMBER, "E1/U1"),
        (Claim(user="U1", team="T9"), PersonKind.EXTERNAL, "T9/U1"),
        (Claim(user="U1", team=None), PersonKind.EXTERNAL, "T0/U1"),
        (Claim(user="U1", team=None, needs_team=False), PersonKind.MEMBER, "E1/U1"),
        (Claim(user="U1", team="T9", needs_team=False), PersonKind.EXTERNAL, "T9/U1"),
        (Claim(user="U1", team=None, needs_team=False, is_bot=True), PersonKind.BOT, "E1/U1"),
    ],
)
async def test_an_outsider_is_one_whatever_the_directory_says(claim: Claim, kind: PersonKind, key: str) -> None:
    """slack.md, traps: a click that names no workspace is an outsider's."""
    found = await actor_of(claim, HOME, _Everybody())
    assert found is not None
    assert (found.kind, found.id) == (kind, key)


def test_pauses_grow_and_stay_bounded_and_keep_slacks_word() -> None:
    state, waits = Backoff(), []
    for _ in range(9):
        state = state.failed(0.0, jitter=0.0)
        waits.append(state.wait(0.0))
    assert waits[:4] == [1.0, 2.0, 4.0, 8.0]
    assert max(waits) == MOST
    assert Backoff().failed(0.0, jitter=0.0, retry_after=90.0).wait(0.0) == 90.0
    assert state.succeeded().failed(100.0, jitter=0.0).wait(100.0) == 1.0
    assert Backoff().called(5.0).wait(5.0) == 1.0


def test_a_window_lets_so_many_through_and_no_more() -> None:
    window = Window(3, 10.0)
    for moment in (0.0, 1.0, 2.0):
        assert window.ready_at(moment) == moment
        window.note(moment)
    assert window.ready_at(3.0) == 10.0
    assert window.ready_at(10.0) == 10.0


def test_a_channel_takes_a_few_posts_at_once_and_then_one_a_second() -> None:
    pace = Pace()
    for _ in range(CHANNEL_BURST):
        assert pace.ready_at(0.0, "chat.postMessage", channel="C1") == 0.0
        pace.note(0.0, "chat.postMessage", channel="C1")
    assert pace.ready_at(0.0, "chat.postMessage", channel="C1") > 0.0
    assert pace.ready_at(0.0, "chat.postMessage", channel="C2") == 0.0


def test_progress_of_one_message_keeps_its_distance_and_a_decision_does_not_wait() -> None:
    pace = Pace()
    pace.note(10.0, "chat.update", gently="job:1")
    assert pace.ready_at(11.0, "chat.update", gently="job:1") == 13.0
    assert pace.ready_at(11.0, "chat.update", gently="job:2") == 11.0
    assert pace.ready_at(11.0, "chat.update") == 11.0


def refused(code: str, status: int = 200, headers: dict[str, str] | None = None) -> SlackApiError:
    data = {"ok": False, "error": code} if code else "no json"
    return SlackApiError("no", SimpleNamespace(data=data, status_code=status, headers=headers or {}))


@pytest.mark.parametrize(
    ("error", "kind", "expected"),
    [
        (refused("ratelimited", 429, {"Retry-After": "7"}), "post", "later"),
        (refused("rate_limited"), "update", "later"),
        (refused("channel_not_found"), "post", "elsewhere"),
        (refused("is_archived"), "ephemeral", "elsewhere"),
        (refused("message_not_found"), "update", "anew"),
        (refused("token_revoked"), "post", "paused"),
        (refused("invalid_blocks"), "post", "plain"),
        (refused("internal_error", 500), "post", "look"),
        (refused("internal_error", 500), "update", "later"),
        (refused("", 503), "post", "look"),
        (refused("", 503), "home", "later"),
        (aiohttp.ServerDisconnectedError(), "post", "look"),
        (aiohttp.ServerDisconnectedError(), "update", "later"),
        (TimeoutError(), "post", "look"),
        (NoPlace(), "post", "elsewhere"),
        (KeyError("view"), "post", "failed"),
        (refused("user_not_found"), "home", "elsewhere"),
        (refused("view_too_large"), "home", "plain"),
    ],
)
def test_each_refusal_has_its_consequence(error: Exception, kind: str, expected: str) -> None:
    assert judge(error, kind=kind, attempts=1).next == expected


def test_retry_after_is_kept_to_the_second_and_holds_the_whole_method() -> None:
    verdict = judge(refused("ratelimited", 429, {"retry-after": "7"}), kind="post", attempts=1)
    assert (verdict.wait, verdict.block) == (7.0, 7.0)
    assert retry_after_of(refused("x", headers={"Retry-After": "soon"})) is None


def test_plain_text_that_is_refused_too_is_given_up_and_so_is_what_fails_again_and_again() -> None:
    for kind, code in (("post", "invalid_blocks"), ("home", "view_too_large")):
        assert judge(refused(code), kind=kind, attempts=2, plain=True).next == "failed"
    assert judge(refused("internal_error"), kind="update", attempts=TRIES).next == "failed"


def test_only_refusals_that_waiting_cannot_help_end_the_bot() -> None:
    assert "SLACK_APP_TOKEN" in (fatal_sentence(refused("invalid_auth")) or "")
    assert "connections:write" in (
        fatal_sentence(
            SlackApiError("no", SimpleNamespace(data={"error": "missing_scope", "needed": "connections:write"}))
        )
        or ""
    )
    assert fatal_sentence(refused("internal_error")) is None
