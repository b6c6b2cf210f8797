"""Decision records stay short and say what holds them."""

import re
from pathlib import Path

import pytest

from tests.project.markdown import headings
from tests.project.tree import ROOT

RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
FIVE = ["Status", "Situation", "Decision", "Consequences", "Held by"]


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_record_has_five_headings_and_40_lines(record: Path) -> None:
    text = record.read_text()
    title, *rest = headings(text)
    assert re.match(rf"{record.stem[:4]}: ", title)
    assert rest == FIVE
    assert text.count("\n") <= 40


def test_records_are_numbered_without_gaps() -> None:
    assert [int(record.stem[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))
