"""Summaries measured against what people wrote, beside chance."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from agents.core.errors import InvalidInput
from agents.core.reasoning import Message
from agents.reasoning.evaluate import evaluate_agent
from agents.reasoning.evaluate_summaries import Conversation, evaluate_summaries, read_conversations, score

QMSUM = Path(__file__).parents[4] / "shared" / "data" / "qmsum"
TALK: dict[str, Any] = {
    "messages": [
        {"author": "Ana", "text": "The harbour crane stopped again. Nobody knows why."},
        {"author": "Bo", "text": "It rained."},
        {"author": "Ana", "text": "We decided to replace the crane's motor before the harbour opens."},
        {"author": "Cho", "text": "Lunch was good today."},
    ],
    "summary": "The crane's motor will be replaced before the harbour opens.",
}


def conversation(*topics: tuple[tuple[int, int], ...]) -> Conversation:
    said = tuple(Message(author=one["author"], text=one["text"]) for one in TALK["messages"])
    return Conversation(messages=said, summary=TALK["summary"], topics=topics)


def test_what_people_said_too_is_right_and_what_they_said_is_found() -> None:
    whole = score(conversation(), [(TALK["summary"], 2)])
    assert (whole.precision, whole.recall, whole.f1, whole.topics) == (1.0, 1.0, 1.0, None)
    nothing = score(conversation(), [("Lunch was good today.", 3)])
    assert (nothing.precision, nothing.recall, nothing.f1) == (0.0, 0.0, 0.0)
    half = score(conversation(), [("The crane's motor. Lunch and rain.", 2)])
    assert (half.precision, round(half.recall, 2)) == (0.5, 0.4)


def test_a_topic_is_touched_by_a_sentence_from_one_of_its_ranges() -> None:
    topics = (((0, 1),), ((2, 2), (3, 3)))
    assert score(conversation(*topics), [("The crane", 0)]).topics == 0.5
    assert score(conversation(*topics), [("The crane", 1), ("motor", 3)]).topics == 1.0


def test_both_forms_are_read(tmp_path: Path) -> None:
    (tmp_path / "ours.jsonl").write_text(f"{json.dumps(TALK)}\n\n{json.dumps(TALK)}\n")
    theirs = {
        "meeting_transcripts": [{"speaker": "Ana", "content": "The crane stopped."}],
        "general_query_list": [{"query": "?", "answer": "It stopped."}],
        "topic_list": [{"topic": "crane", "relevant_text_span": [["0", "0"]]}],
    }
    (tmp_path / "theirs.json").write_text(json.dumps([theirs]))
    (tmp_path / "notes.txt").write_text("not read")
    assert len(read_conversations(tmp_path / "ours.jsonl")) == 2
    assert read_conversations(tmp_path / "theirs.json")[0].topics == (((0, 0),),)
    report = evaluate_summaries(tmp_path, points=1, timer=time.perf_counter)
    assert (report.conversations, report.messages) == (3, 9)
    assert report.scores.f1 > report.chance.f1
    assert report.to_json()["scores"]["f1"] == report.scores.f1
    assert "ours   chance" in report.to_text()


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"messages": "x", "summary": ""}', '{"messages": [{"author": "A"}]}']
)
def test_what_is_no_conversation_is_refused_with_an_example(tmp_path: Path, text: str) -> None:
    (tmp_path / "talk.json").write_text(text)
    with pytest.raises(InvalidInput):
        evaluate_summaries(tmp_path / "talk.json", timer=time.perf_counter)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no file"):
        evaluate_summaries(tmp_path / "nothing.json", timer=time.perf_counter)
    with pytest.raises(InvalidInput, match="below"):
        evaluate_summaries(tmp_path, timer=time.perf_counter)
    with pytest.raises(InvalidInput, match="Which conversations"):
        evaluate_agent("summarise", None, timer=time.perf_counter)


def test_on_meetings_that_people_summarised_it_does_better_than_chance() -> None:
    if not QMSUM.exists():
        pytest.skip("needs ../shared/data/qmsum, not present")
    report = evaluate_summaries(QMSUM, timer=time.perf_counter)
    assert report.conversations == 9
    assert report.scores.f1 > 1.5 * report.chance.f1
