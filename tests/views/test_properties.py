"""Whatever text comes in: no view leaves Slack's limits, by our own check and by the local Slack's, and no text becomes a
mention, a link or a command."""

import json
import random
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from agents.core.contract import Tier
from agents.core.ids import EscalationId
from agents.core.job import Evidence
from agents.core.policy import People
from agents.core.records import EscalationState, Verdict
from agents.core.status import JobStatus
from bot.emulator.blockkit import surfaces
from handlers.blocks import dialogs, messages, work_dialogs
from handlers.blocks import text as t
from handlers.blocks.bulk import bulk_dialog, bulk_review
from handlers.blocks.card import needs_review
from handlers.blocks.card_record import card_message
from handlers.blocks.check import problems_of_message, problems_of_view
from handlers.blocks.form import form, read_form
from handlers.blocks.home import Room, Waiting, home_view
from handlers.blocks.jobs import job_list, job_sheet
from handlers.blocks.progress import progress_message
from handlers.ids import Held
from tests.views.values import NOW, Assign, card, decided, effect, escalation, job, sheet

NASTY = st.sampled_from(
    [
        "<!channel>",
        "<@UEVIL>",
        "<https://evil.example|Approve>",
        "<!date^1^{date}|x>",
        "&lt;",
        "```",
        "*_~`",
        "\u202eabc",
        "👩‍👩‍👧",
        "\x00\x07",
        "a" * 5000,
    ]
)
TEXT = st.one_of(st.text(max_size=60), NASTY, st.tuples(st.text(max_size=30), NASTY).map("".join))
SEED = 20_261_121
FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
"""Each example draws a dozen surfaces and asks two validators."""


def check_message(text: str, blocks: list[dict[str, Any]]) -> None:
    assert [str(problem) for problem in problems_of_message(text, blocks)] == []
    assert accepted("message", blocks)
    nothing_forged(text, blocks)


def check_view(view: dict[str, Any]) -> None:
    assert [str(problem) for problem in problems_of_view(view)] == []
    assert accepted(view["type"], view["blocks"])
    nothing_forged("", view["blocks"])


def accepted(surface: str, blocks: list[dict[str, Any]]) -> bool:
    """The second opinion: the local Slack's own copy of the rules."""
    return [str(finding) for finding in surfaces.check_blocks(blocks, surface)] == []  # type: ignore[arg-type]


def nothing_forged(text: str, blocks: list[dict[str, Any]]) -> None:
    """Markup of ours names people, groups, channels and times by id; nothing else in angle brackets may survive."""
    for markup in [text, *markups(blocks)]:
        for forged in ("<!channel>", "<!here>", "<@UEVIL>", "<https://evil.example", "<!date^1^"):
            assert forged not in markup, markup[:300]


def markups(value: Any) -> list[str]:
    match value:
        case {"type": "mrkdwn", "text": str(found)}:
            return [found]
        case dict():
            return [one for inside in value.values() for one in markups(inside)]
        case list():
            return [one for inside in value for one in markups(inside)]
        case _:
            return []


@FEW
@given(
    question=TEXT,
    because=TEXT,
    label=TEXT,
    note=TEXT,
    verb=TEXT,
    reason=TEXT,
    tier=st.sampled_from(list(Tier)),
    many=st.integers(0, 20),
)
def test_any_card_in_any_state(
    question: str, because: str, label: str, note: str, verb: str, reason: str, tier: Tier, many: int
) -> None:
    asked = escalation(
        question=question,
        because=because,
        verb=verb,
        tier=tier,
        evidence=tuple(
            Evidence(label=label, text=note, url="https://x.example/" + label[:5]) for _ in range(min(many, 8))
        ),
        args={"ticket": 1, "queue": "Billing", "priority": 2, "note": note}
        | {f"{label[:20]}{place}": note for place in range(many)},
    )
    people = People(users=frozenset({f"U{place}" for place in range(many)}))
    shown = card(asked, approvers=people)
    check_message(*card_message(shown))
    closed = decided(
        question=question, because=because, args=asked.args, edits={**asked.args, "note": reason}, reason=reason
    )
    check_message(*card_message(card(closed, effect=effect())))
    check_message(*card_message(card(replace(closed, verdict=Verdict.REJECTED))))
    check_message(*card_message(card(replace(asked, state=EscalationState.WITHDRAWN, outcome=reason))))
    check_view(dialogs.reject_dialog(shown, Held(ref="1.1")))
    check_view(dialogs.edit_dialog(shown, Assign, frozenset({"ticket"}), Held(ref="1.1")))


@FEW
@given(text=st.text('abc äß文🙂"\\<&\n', max_size=200), times=st.integers(1, 3000))
def test_nothing_of_a_long_argument_is_lost_in_its_review(text: str, times: int) -> None:
    """S-G3."""
    note = (text * times)[:150_000]
    shown = card(escalation(args={"ticket": 1, "queue": "Billing", "priority": 1, "note": note}))
    page, seen = 0, ""
    while True:
        view = dialogs.review_dialog(shown, Held(ref="1.1", page=page))
        check_view(view)
        seen += json.dumps(view["blocks"], ensure_ascii=False)
        if "submit" in view:
            break
        page += 1
    assert page < 20
    for start in range(0, len(note), 2800):
        piece = json.dumps(note[start : start + 40], ensure_ascii=False)[1:-1]
        assert len(note) <= 120 or piece in seen


@FEW
@given(summary=TEXT, error=TEXT, steps=st.lists(TEXT, max_size=40), status=st.sampled_from(list(JobStatus)))
def test_any_job_in_any_state(summary: str, error: str, steps: list[str], status: JobStatus) -> None:
    standing = job(status=status, summary=summary, error=error, doing=error, finished_at=NOW)
    shown = replace(sheet(), job=standing, steps=tuple(steps))
    check_message(*progress_message(shown))
    check_message("J1", job_sheet(shown))
    check_message("jobs", job_list([standing] * min(len(steps), 20), NOW, heading=summary))
    check_view(work_dialogs.job_dialog(shown))


@FEW
@given(text=st.one_of(TEXT, st.text(max_size=40).map(lambda piece: piece * 1000)))
def test_any_reply(text: str) -> None:
    check_message(*messages.reply(text))


@FEW
@given(
    question=TEXT,
    about=TEXT,
    number=st.integers(0, 12),
    total=st.integers(0, 5000),
    page=st.integers(0, 600),
    error=TEXT,
)
def test_any_home(question: str, about: str, number: int, total: int, page: int, error: str) -> None:
    waiting = [
        Waiting(escalation=escalation(id=EscalationId(place + 1), question=question), quick=place % 2 == 0, about=about)
        for place in range(number)
    ]
    dead = [job(id=place, status=JobStatus.DEAD, error=error, summary=about) for place in range(min(number, 5))]
    room = Room(
        now=NOW,
        waiting=waiting,
        total=max(total, number),
        page=page,
        dead=dead,
        dead_total=len(dead),
        mine=dead,
        mine_total=len(dead),
    )
    check_view(home_view(room))


@FEW
@given(questions=st.lists(TEXT, min_size=1, max_size=25))
def test_any_bulk(questions: list[str]) -> None:
    asked = [escalation(id=EscalationId(place + 1), question=one) for place, one in enumerate(questions)]
    check_view(bulk_dialog(asked, {}, Held(page=len(asked))))
    check_view(bulk_review([(one, card(one).shown) for one in asked], len(asked), Held()))


class Everything(BaseModel):
    """A field of each kind, and long ones."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(title="T" * 3000, description="D" * 3000)
    short: str = Field(default="", max_length=20)
    number: int = Field(default=1, ge=-5, le=10**9)
    share: float | None = Field(default=None, ge=0, le=1)
    yes: bool = False
    choice: str = Field(default="c1", json_schema_extra={"enum": [f"c{place}" for place in range(60)]})
    many: str = Field(default="m1", json_schema_extra={"enum": [f"m{place}" * 60 for place in range(250)]})
    lines: list[str] = []
    deep: dict[str, Any] = {}


@FEW
@given(
    text=TEXT,
    number=st.integers(-5, 10**9),
    share=st.one_of(st.none(), st.floats(0, 1)),
    yes=st.booleans(),
    lines=st.lists(st.text("abc ", min_size=1, max_size=9).map(str.strip).filter(bool), max_size=5),
)
def test_a_form_says_back_what_it_was_filled_with(
    text: str, number: int, share: float | None, yes: bool, lines: list[str]
) -> None:
    before = Everything(text=text, number=number, share=share, yes=yes, lines=lines).model_dump(mode="json")
    blocks = form(Everything, before)
    check_view(
        {
            "type": "modal",
            "title": {"type": "plain_text", "text": "x"},
            "submit": {"type": "plain_text", "text": "y"},
            "blocks": blocks,
        }
    )
    entered = {block["block_id"]: {"input": state_of(block["element"])} for block in blocks if block["type"] == "input"}
    filled = read_form(Everything, entered, before)
    assert filled.errors == {}
    assert filled.values == before


def state_of(element: dict[str, Any]) -> dict[str, Any]:
    """What Slack sends back for an input that nobody touched."""
    return {
        "value": element.get("initial_value"),
        "selected_option": element.get("initial_option"),
        "selected_options": element.get("initial_options", []),
    }


def test_a_thousand_random_bodies_fit_and_none_is_cut_silently() -> None:
    """S-G3. An argument that a card does not show whole cannot be approved from it."""
    chance = random.Random(SEED)
    cut = 0
    for _ in range(1_000):
        alphabet = chance.choice(["abc ", "äß文🙂 ", '<>&*_~`"\\\n', "<!channel> ", "\u202e\u200b\x00 x"])
        body = "".join(chance.choices(alphabet, k=chance.choice([0, 1, 30, 300, 1_499, 2_999, 3_000, 3_001, 12_000])))
        shown = card(
            escalation(question=body[:200], args={"ticket": 1, "queue": "Billing", "priority": 1, "note": body})
        )
        text, blocks = card_message(shown)
        check_message(text, blocks)
        note = next(one.text for one in shown.shown if one.name == "note")
        if json.dumps(note)[1:-1] not in json.dumps(blocks):
            cut += 1
            assert needs_review(shown.escalation, shown.shown), f"seed {SEED}: {body[:100]!r}"
            assert "card.approve" not in json.dumps(blocks)
    assert 0 < cut < 900


@FEW
@given(st.text("<>&`ab!@|", min_size=1, max_size=300))
@example("```")
def test_escaped_text_has_no_markup_left(text: str) -> None:
    safe = t.escape(text)
    assert not set("<>") & set(safe)
    assert "```" not in safe
    assert len(t.fit(t.mrkdwn("{}", text * 40), 200)) <= 200
