"""Measuring on labelled files: what is read, how it is divided, what is reported."""

import json
import time
from pathlib import Path

import pytest

from agents.core.errors import InvalidInput
from agents.reasoning.datasets import read_dataset
from agents.reasoning.evaluate import evaluate_file
from agents.reasoning.splits import divide

DATA = Path(__file__).parents[4] / "shared" / "data"
WORDS = {"fruit": ["apple", "pear", "plum", "cherry"], "tool": ["hammer", "saw", "drill", "pliers"]}


def rows(per_label: int = 40) -> list[tuple[str, str]]:
    return [
        (f"{word} number {n} {'is sweet and ripe' if label == 'fruit' else 'is heavy and made of steel'}", label)
        for label, words in WORDS.items()
        for n in range(per_label)
        for word in (words[n % 4],)
    ]


def write_csv(path: Path, header: str = "text,label", per_label: int = 40) -> Path:
    path.write_text("\n".join([header, *(f'"{text}",{label}' for text, label in rows(per_label))]) + "\n")
    return path


def test_report_measures_on_rows_it_did_not_train_on(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "things.csv")

    report = evaluate_file("triage", path, target=0.6, timer=time.perf_counter)

    assert report.trained == 2 * 20 + 76
    assert report.tested == 2 * 20 + 76
    assert report.accuracy > 0.9
    assert report.handled_share + report.escalated_share == pytest.approx(1)
    assert report.precision is not None
    text = report.to_text()
    assert "seed 0" in text
    assert "handled alone" in text
    assert "our own examples were added" in text
    assert json.loads(json.dumps(report.to_json()))["handled_share"] == report.handled_share


def test_same_seed_gives_the_same_report(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "things.csv")
    one, two, other = (evaluate_file("triage", path, target=0.6, seed=seed, timer=lambda: 0.0) for seed in (3, 3, 4))

    assert one == two
    assert one.model != other.model


def test_no_text_is_on_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "things.csv"
    lines = [f'"{text}",{label}' for text, label in rows()]
    path.write_text("\n".join(["text,label", *lines, *[line.upper() for line in lines]]))

    data = read_dataset(path)
    split = divide(data, per_class=20, seed=0, off_topic=None)

    assert data.doubles == len(lines)
    assert {row.text.lower() for row in split.train} & {row.text.lower() for row in split.test} == set()


def test_splits_that_the_file_names_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    pairs = [[text, label] for text, label in rows(10)]
    off = [[f"what is the weather in city {n}", "oos"] for n in range(20)]
    held = [[f"held {text}", label] for text, label in rows(5)]
    path.write_text(json.dumps({"train": pairs, "val": held, "oos_train": off[:10], "oos_val": off[10:]}))

    split = divide(read_dataset(path), per_class=20, seed=0, off_topic=None)

    assert all(row.text.startswith("held") or row.label == "oos" for row in split.test)
    assert {row.text for row in split.test if row.label == "oos"} == {text for text, _ in off[10:]}
    assert split.off_topic == "oos"
    assert "own splits" in split.how


def test_confused_labels_and_off_topic_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    lines = [{"body": text, "queue": label} for text, label in rows()]
    lines += [{"body": f"off topic sentence about the sea {n}", "queue": "other"} for n in range(20)]
    path.write_text("\n".join(json.dumps(line) for line in lines))

    report = evaluate_file("triage", path, target=0.6, timer=lambda: 0.0)

    assert report.off_topic == "other"
    assert report.off_topic_tested == 5
    assert report.off_topic_escalated is not None
    assert report.notes == ()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("absent.csv", None, "There is no file"),
        ("a.xlsx", "x", "no ending I can read"),
        ("a.csv", "", "no row with both"),
        ("a.csv", "question,colour\nwhy,red\n", "no label column I know.*question, colour.*--label NAME"),
        ("a.csv", "text,label\nonly,one\nlabel,one\n", "same label"),
        ("a.json", "{", "not JSON"),
        ("a.json", '{"rows": 3}', "no list of rows"),
        ("a.json", "[1, 2]", "Row 1 of a.json is neither"),
        ("a.jsonl", '{"text": "x", "label": "y"}\n{oops', "Line 2 of a.jsonl is not JSON"),
    ],
)
def test_unusable_file_is_explained(tmp_path: Path, name: str, content: str | None, says: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    with pytest.raises(InvalidInput, match=says):
        evaluate_file("triage", path, timer=lambda: 0.0)


def test_binary_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"text,label\n\xff\xfe\x00,x\n")
    with pytest.raises(InvalidInput, match=r"not UTF-8 text \(byte 11\)"):
        read_dataset(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("options", "says"),
    [({"per_class": 1}, "2 to 1000"), ({"target": 1.0}, "precision target"), ({"off_topic": "sea"}, "labelled sea")],
)
def test_wrong_option_is_explained(tmp_path: Path, options: dict[str, object], says: str) -> None:
    path = write_csv(tmp_path / "things.csv")
    with pytest.raises(InvalidInput, match=says):
        evaluate_file("triage", path, timer=lambda: 0.0, **options)  # type: ignore[arg-type]


def test_target_out_of_reach_escalates_everything(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "things.csv", per_label=8)

    report = evaluate_file("triage", path, target=0.99, timer=lambda: 0.0)

    assert (report.threshold, report.handled, report.escalated_share) == (None, 0, 1.0)
    assert "everything is escalated" in report.to_text()


def test_columns_can_be_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "things.csv", header="Said,Kind")

    assert len(read_dataset(path, text="said", label="kind").rows) == 80


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("name", "per_class", "accuracy", "handled"),
    [("banking77/train.csv", 12, 0.68, 0.20), ("clinc150_oos/data.json", 4, 0.55, 0.15)],
)
def test_public_data_set_is_handled_in_part_and_rightly(
    name: str, per_class: int, accuracy: float, handled: float
) -> None:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"needs ../shared/data/{name}, not present")

    report = evaluate_file("triage", path, per_class=per_class, timer=time.perf_counter)

    assert report.accuracy >= accuracy
    assert report.calibration_error <= 0.10
    assert report.handled_share >= handled
    assert report.precision is not None
    assert report.precision >= 0.90
    assert report.off_topic_escalated is not None
    assert report.off_topic_escalated / report.off_topic_tested >= 0.85
