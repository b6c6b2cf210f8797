"""Digests as messages: within Slack's limits, with the numbers and the words of the report."""

import json
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from agents.core import report_parts, report_weekly
from agents.core.numbers import AgentNumbers, ApprovalNumbers, OpenQuestion, QueueNumbers, TicketNumbers, WeekNumbers
from agents.core.report import Period, Whom
from handlers.blocks.check import problems_of_message
from handlers.blocks.report import report_message

DAY = Period(since=0.0, until=86_400.0)
QUIET = QueueNumbers(open={}, finished={}, stuck=0, late=0, dead=0, oldest_wait=None)
BUSY = QueueNumbers(
    open={"fast": {"queued": 3}}, finished={"succeeded": 9, "dead": 1}, stuck=0, late=0, dead=1, oldest_wait=5
)

NONE = ApprovalNumbers(open=(), asked_at=(), verdicts={}, expired=0)
DESK = TicketNumbers(opened=0, assigned=0, closed=0, queues={}, overdue=0, due_soon=0)


def question(text: str, number: int = 1) -> OpenQuestion:
    return OpenQuestion(
        id=number, question=text, asked_at=0.0, expires_at=9e4, tier="low", waits_for=Whom(users=("U0BO",))
    )


def test_a_quiet_digest_is_one_line_and_its_period() -> None:
    text, blocks = report_message(report_parts.queue_health(QUIET, QUIET, DAY))

    assert text == "Queue health: Nothing to report."
    assert [block["type"] for block in blocks] == ["section", "context"]


def test_a_picture_carries_every_number_as_alternative_text() -> None:
    _, blocks = report_message(report_parts.queue_health(BUSY, QUIET, DAY), picture="F123")
    (image,) = [block for block in blocks if block["type"] == "image"]

    assert image["slack_file"] == {"id": "F123"}
    assert "fast: 3 to start" in image["alt_text"]


@given(st.lists(st.text(max_size=400), max_size=150))
def test_any_questions_fit_slacks_limits_and_none_is_lost_from_the_count(texts: list[str]) -> None:
    asked = [question(t, n) for n, t in enumerate(texts)]
    numbers = ApprovalNumbers(open=asked[:10], asked_at=[0.0] * len(asked), verdicts={"approved": 2}, expired=1)
    text, blocks = report_message(report_parts.approvals(numbers, numbers, DAY))

    assert not problems_of_message(text, blocks)
    assert f'"{len(texts)}"' in json.dumps(blocks)


@given(st.lists(st.text(min_size=1, max_size=200), unique=True, max_size=120))
def test_any_number_of_agents_fits_slacks_limits(agents: list[str]) -> None:
    numbers = [AgentNumbers(agent=name, finished={"succeeded": 2}) for name in agents]
    week = WeekNumbers(queue=BUSY, approvals=NONE, agents=numbers, tickets=DESK, days=[{"succeeded": 9, "dead": 1}])
    weekly = report_weekly.weekly(week, week, DAY, ZoneInfo("UTC"))
    for found in (report_parts.agent_performance(numbers, [], DAY), weekly):
        text, blocks = report_message(found)
        assert not problems_of_message(text, blocks)


def test_text_from_outside_stays_literal() -> None:
    numbers = ApprovalNumbers(
        open=[question("Pay <!channel> <https://evil.example|now>?")], asked_at=[0.0], verdicts={}, expired=0
    )
    _, blocks = report_message(report_parts.approvals(numbers, numbers, DAY))
    (table,) = [block for block in blocks if block["type"] == "table"]

    assert table["rows"][1][1]["elements"][0]["elements"][0]["text"] == "Pay <!channel> <https://evil.example|now>?"
