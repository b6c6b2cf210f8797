"""Links to messages."""

import pytest

from agents.core.links import Place, link_beside, read_link

ROOT = "https://calm.slack.com/archives/C0SUPPORT/p1767225600000100"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (ROOT, Place(channel="C0SUPPORT", ts="1767225600.000100", thread_ts="1767225600.000100")),
        (f" <{ROOT}|the thread> ", Place(channel="C0SUPPORT", ts="1767225600.000100", thread_ts="1767225600.000100")),
        (
            "http://127.0.0.1:8770/archives/C0SUPPORT/p1767225700000200?thread_ts=1767225600.000100&cid=C0SUPPORT",
            Place(channel="C0SUPPORT", ts="1767225700.000200", thread_ts="1767225600.000100"),
        ),
        (
            "<https://calm.slack.com/archives/C0SUPPORT/p1767225700000200?cid=C0SUPPORT&amp;thread_ts=1767225600.000100>",
            Place(channel="C0SUPPORT", ts="1767225700.000200", thread_ts="1767225600.000100"),
        ),
    ],
)
def test_link_names_a_place(text: str, place: Place) -> None:
    assert read_link(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "summarise this",
        "https://calm.slack.com/archives/C0SUPPORT",
        "javascript:alert(1)",
        f"look at {ROOT}",
        f"{ROOT}9",
    ],
)
def test_other_text_is_no_link(text: str) -> None:
    assert read_link(text) is None


def test_link_to_an_answer_is_made_from_the_first() -> None:
    made = link_beside(ROOT, "C0SUPPORT", "1767225700.000200", "1767225600.000100")

    assert read_link(made) == Place(channel="C0SUPPORT", ts="1767225700.000200", thread_ts="1767225600.000100")
    assert link_beside(ROOT, "C0SUPPORT", "1767225600.000100", "1767225600.000100") == ROOT
