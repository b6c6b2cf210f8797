"""Who hears what about a question to others, by the door through which the job came."""

import pytest

from agents.core.job import Source
from agents.core.people import operator
from agents.core.records import EscalationKind
from handlers.operations.asker import Room, asker_room, room_of
from tests.views.values import CHO, escalation, job

DIRECTLY = Room(user=CHO)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (Source(kind="command", channel="C0OPS"), DIRECTLY),
        (Source(kind="dialog"), DIRECTLY),
        (Source(kind="shortcut", channel="C0SUPPORT", ts="1.1"), DIRECTLY),
        (Source(kind="reaction", channel="C0SUPPORT", ts="1.1"), DIRECTLY),
        (Source(kind="workflow"), DIRECTLY),
        (Source(kind="direct", channel="D1", ts="5.5"), Room(channel="D1", thread_ts="5.5", user=CHO)),
        (Source(kind="mention", channel="C0OPS", ts="7.7"), DIRECTLY),
        (Source(kind="mention", channel="C0SUPPORT", ts="1.1"), None),
        (Source(kind="message", channel="C0SUPPORT", ts="1.1"), None),
        (Source(kind="schedule", channel="C0OPS"), None),
        (Source(kind="cli", channel="C0OPS"), None),
    ],
    ids=lambda value: f"{value.kind}-{value.channel}" if isinstance(value, Source) else "",
)
def test_the_asker_is_told_directly_unless_the_card_hangs_in_their_own_thread(
    source: Source, told: Room | None
) -> None:
    assert asker_room(job(source=source), escalation(channel="C0SUPPORT", thread_ts="1.1")) == told


@pytest.mark.parametrize("kind", [EscalationKind.SHADOW, EscalationKind.PROMOTE])
def test_practice_and_promotion_are_no_matter_of_the_asker(kind: EscalationKind) -> None:
    assert asker_room(job(source=Source(kind="command")), escalation(kind=kind)) is None


def test_nobody_outside_slack_is_written_to() -> None:
    by_operator = job(source=Source(kind="dialog"), requester=operator("root").id)
    assert room_of(by_operator) is None
    assert asker_room(by_operator, escalation(requester=by_operator.requester)) is None


def test_a_job_speaks_where_it_was_asked_for_or_to_the_asker_directly() -> None:
    assert room_of(job(source=Source(kind="mention", channel="C1", ts="1.2"))) == Room(channel="C1", thread_ts="1.2")
    assert room_of(job(source=Source(kind="dialog"))) == DIRECTLY
    assert room_of(job(source=Source(kind="schedule"))) is None
