"""The trained classifier: what it learns, what it says, how it is kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agents.core.errors import InvalidInput, Misconfigured
from agents.core.reasoning import Example
from agents.reasoning.examples import OTHER, PRIORITY, QUEUE, examples_for, read_examples
from agents.reasoning.features import features_of, words_of
from agents.reasoning.local import LocalReasoner, Task, default_tasks, merge_examples
from agents.reasoning.model import Model
from agents.reasoning.modelfile import load_model, save_model
from agents.reasoning.signals import urgency_signals
from agents.reasoning.training import fit, version_of

FRUIT = [
    Example(text=f"{word} is sweet fruit number {n}", label="fruit") for n, word in enumerate(["apple", "pear"] * 6)
]
TOOLS = [
    Example(text=f"{word} is a heavy tool, part {n}", label="tool") for n, word in enumerate(["hammer", "saw"] * 6)
]
ROWS = tuple(FRUIT + TOOLS)


@pytest.fixture(scope="module")
def small() -> Model:
    return fit(ROWS, target=0.6, name="things")


def test_label_comes_with_its_reasons(small: Model) -> None:
    answer = small.answer("a very heavy saw")

    assert answer.label == "tool"
    assert answer.confidence == pytest.approx(answer.ranking[0].probability)
    assert sum(scored.probability for scored in answer.ranking) == pytest.approx(1)
    assert {"heavy", "saw"} & {word.text for word in answer.words[:2]}
    assert all(word.weight > 0 for word in answer.words[:2])
    assert answer.nearest[0].label == "tool"
    assert 0 < answer.nearest[0].similarity <= 1


def test_words_never_seen_lower_the_confidence(small: Model) -> None:
    known = small.answer("a heavy hammer")
    diluted = small.answer("a heavy hammer zyxwvu qqqq jjjkk vvvmmm")

    assert diluted.confidence < known.confidence


def test_nothing_to_go_by_is_answered_all_the_same(small: Model) -> None:
    for text in ("", "   ", "🙂🙂", "\u202e", "7"):
        answer = small.answer(text)
        assert 0 < answer.confidence < 1
        assert answer.nearest == () or answer.nearest[0].similarity < 0.5


def test_a_model_needs_two_labels() -> None:
    with pytest.raises(InvalidInput, match="two labels"):
        fit(tuple(FRUIT))


def test_cues_teach_and_are_never_measured() -> None:
    cued = (*ROWS, Example(text="chisel", label="tool", cue=True))

    model = fit(cued, target=0.6)

    assert model.quality.cases == len(ROWS)
    assert model.answer("chisel").label == "tool"
    assert "chisel" not in [near.text for near in model.answer("chisel").nearest]


def test_rejection_speaks_against_a_label() -> None:
    text = "the strange device of uncle Bob"
    before = fit(ROWS, target=0.6).answer(text)
    after = fit((*ROWS, *[Example(text=text, label=before.label, wrong=True)] * 3), target=0.6).answer(text)

    assert after.probability(before.label) < before.probability(before.label)


def test_version_names_everything_that_makes_the_model() -> None:
    def version(rows: tuple[Example, ...] = ROWS, target: float = 0.9, off_topic: str | None = None) -> str:
        return version_of(rows, target=target, off_topic=off_topic, name="x")

    changed = (replace(ROWS[0], weight=2.0), *ROWS[1:])
    assert len({version(), version(changed), version(ROWS[1:]), version(target=0.8), version(off_topic="fruit")}) == 5
    assert version() == version()


def test_kept_model_answers_as_before(small: Model, tmp_path: Path) -> None:
    save_model(tmp_path, small)

    again = load_model(tmp_path, small.version, ROWS)

    assert again is not None
    assert again.answer("a heavy saw") == small.answer("a heavy saw")


@pytest.mark.parametrize("harm", ["cut", "other version", "pickle", "empty"])
def test_unreadable_model_is_as_good_as_none(small: Model, tmp_path: Path, harm: str) -> None:
    path = save_model(tmp_path, small)
    content = path.read_bytes()
    if harm == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif harm == "other version":
        path.rename(tmp_path / "model-0000.npz")
    elif harm == "pickle":
        np.savez(path, facts=np.array([{"run": "me"}], dtype=object))
    else:
        path.write_bytes(b"")

    assert load_model(tmp_path, "0000" if harm == "other version" else small.version, ROWS) is None


def test_only_the_newest_models_are_kept(small: Model, tmp_path: Path) -> None:
    for number in range(12):
        save_model(tmp_path, replace(small, version=f"v{number:02}"))

    assert len(list(tmp_path.iterdir())) == 8


def test_numbers_keep_only_their_length() -> None:
    assert words_of("Order 4711 and 9!") == ["order", "0000", "and", "0"]
    assert words_of("\uff26\uff55\uff4c\uff4c\u200bwidth STRASSE") == ["fullwidth", "strasse"]


def test_features_of_a_huge_text_are_bounded() -> None:
    assert sum(1 for _ in features_of("x" * 1_000_000)) < 200
    assert sum(1 for _ in features_of("word " * 100_000)) < 100_000


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Nobody in the whole company can work", "everyone is affected"),
        ("the shop is down", "work has stopped"),
        ("there was a data leak", "data is exposed"),
        ("no hurry at all", "no hurry"),
        ("How do I print?", "is a question"),
    ],
)
def test_urgency_signals(text: str, signal: str) -> None:
    assert signal in urgency_signals(text)


def test_own_examples_are_enough_and_all_different() -> None:
    rows = read_examples()
    counted = [row.queue for row in rows if not row.cue]
    queues = {queue: counted.count(queue) for queue in set(counted)}

    assert len(queues) >= 7
    assert min(count for queue, count in queues.items() if queue != OTHER) >= 30
    assert queues[OTHER] >= 60
    assert len({row.text.casefold() for row in rows}) == len(rows)
    assert {row.label for row in examples_for(PRIORITY, rows)} == {"low", "normal", "high", "urgent"}


def test_broken_examples_file_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text('{"text": "a", "queue": "x"}\n\n{"text": "", "queue": "x"}\n')
    with pytest.raises(Misconfigured, match=r"Line 3 .*text"):
        read_examples(file)
    with pytest.raises(Misconfigured, match="cannot be read"):
        read_examples(tmp_path / "absent.jsonl")


def test_own_file_may_leave_priority_to_us(tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text(
        "".join(f'{{"text": "{n} {queue} text", "queue": "{queue}"}}\n' for queue in "ab" for n in range(4))
    )

    queues, urgency = default_tasks(examples=file)

    assert {row.label for row in queues.rows} == {"a", "b"}
    assert {row.label for row in urgency.rows} == {"low", "normal", "high", "urgent"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"text": "x", "queue": "a"}', "fewer than two queues"),
        ('{"text": "x", "priority": "asap"}', "priority"),
        ('{"text": "x", "queue": "<!channel>"}', "queue"),
        ('{"text": "x", "colour": "red"}', "colour"),
        ("text,queue", "Line 1"),
    ],
)
def test_own_file_that_cannot_teach_is_refused(tmp_path: Path, line: str, says: str) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text(line)
    with pytest.raises(Misconfigured, match=says):
        default_tasks(examples=file)


async def test_reasoner_trains_once_for_many_questions(tmp_path: Path) -> None:
    reasoner = LocalReasoner([Task(name="things", rows=ROWS, target=0.6)], cache=tmp_path)

    first = await reasoner.classify("heavy saw", task="things")
    again = await LocalReasoner([Task(name="things", rows=ROWS, target=0.6)], cache=tmp_path).classify(
        "heavy saw", task="things"
    )

    assert again == first
    assert (tmp_path / f"model-{first.model}.npz").exists()


async def test_reasoner_uses_what_people_taught(tmp_path: Path) -> None:
    reasoner = LocalReasoner([Task(name="things", rows=ROWS, target=0.6)])
    odd = "qwertz uiop"
    lesson = Example(text=odd, label="tool", weight=5.0, ref="ticket 3")
    before = await reasoner.classify(odd, task="things")

    after = await reasoner.classify(odd, task="things", learned=[lesson])

    assert after.probability("tool") > before.probability("tool")
    assert after.nearest[0].ref == "ticket 3"
    assert after.model != before.model


async def test_unwritable_cache_does_not_stop_the_answer(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    reasoner = LocalReasoner([Task(name="things", rows=ROWS, target=0.6)], cache=tmp_path / "file")

    assert (await reasoner.classify("heavy saw", task="things")).label == "tool"


async def test_unknown_task_says_what_is_known() -> None:
    with pytest.raises(InvalidInput, match="It knows: things"):
        await LocalReasoner([Task(name="things", rows=ROWS)]).classify("x", task="mood")


def test_last_word_about_a_text_counts() -> None:
    seed = [Example(text="Same text", label="a"), Example(text="other", label="b")]
    taught = [Example(text="same  TEXT", label="b"), Example(text="same text", label="c", wrong=True)]

    merged = merge_examples(seed, taught)

    assert [(row.label, row.wrong) for row in merged if "ame" in row.text] == [("b", False), ("c", True)]
    assert len(merged) == 3


@pytest.mark.parametrize(
    ("text", "queue"),
    [
        ("they took the money from my credit card two times", "billing"),
        ("i cant log in, says wrong password", "access"),
        ("App crashes whenever I open a report", "bugs"),
        ("our webhook gets no events since the api token was changed", "integrations"),
        ("delete all personal data you have of me, GDPR", "privacy"),
        ("my parcel has not arrived, tracking says delivered", "orders"),
        ("how can I make a copy of a template?", "how-to"),
        ("who wants to go for lunch", OTHER),
    ],
)
async def test_everyday_requests_find_their_queue(reasoner: LocalReasoner, text: str, queue: str) -> None:
    assert (await reasoner.classify(text, task=QUEUE)).label == queue


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("Everything is down, nobody in the company can work!", "urgent"),
        ("how do I change the colour of a label?", "low"),
    ],
)
async def test_urgency_is_told_apart(reasoner: LocalReasoner, text: str, priority: str) -> None:
    assert (await reasoner.classify(text, task=PRIORITY)).label == priority


async def test_quality_of_our_own_examples_does_not_fall(reasoner: LocalReasoner) -> None:
    model = await reasoner.model(QUEUE)

    assert model.quality.accuracy >= 0.78
    assert model.quality.calibration_error <= 0.08
    assert model.quality.handled_share >= 0.30
    assert model.quality.precision >= 0.95
    assert len(default_tasks()) == 2


async def test_prepared_reasoner_knows_what_was_taught(tmp_path: Path) -> None:
    class Book:
        async def learned(self, task: str) -> tuple[Example, ...]:
            return (Example(text="qwertz uiop", label="tool", weight=5.0, ref=f"{task} 3"),)

        async def remember(self, lessons: object) -> None:
            raise AssertionError("nothing is learned here")

    reasoner = LocalReasoner([Task(name="things", rows=ROWS, target=0.6)], cache=tmp_path)

    await reasoner.prepare(Book())
    answer = await reasoner.classify("qwertz uiop", task="things", learned=await Book().learned("things"))

    assert answer.nearest[0].ref == "things 3"
    assert (tmp_path / f"model-{answer.model}.npz").exists()
