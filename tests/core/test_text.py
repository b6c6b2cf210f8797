"""What hides in a text is shown; what languages and emoji need stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.text import bounded, has_hidden, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pay \u202eelbat", "pay ⟨U+202E⟩elbat"),
        ("ad\u200bmin", "ad⟨U+200B⟩min"),
        ("a\u200db", "a⟨U+200D⟩b"),
        ("x\ufeff", "x⟨U+FEFF⟩"),
        ("a\u2066b\u2069", "a⟨U+2066⟩b⟨U+2069⟩"),
        ("tag \U000e0041\U000e0042", "tag ⟨U+E0041⟩⟨U+E0042⟩"),
        ("bell\x07", "bell⟨U+0007⟩"),
        ("soft\u00adhyphen", "soft⟨U+00AD⟩hyphen"),
        ("line\u2028break", "line⟨U+2028⟩break"),
    ],
)
def test_hidden_characters_are_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert has_hidden(text)


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "two\nlines\tand a tab",
        "Grüße, naïve café",
        "👩\u200d💻 and ❤\ufe0f\u200d🔥",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "क्\u200dष",
        "שלום עולם",
        "مرحبا",
        "日本語",
    ],
)
def test_ordinary_text_of_any_language_stays(text: str) -> None:
    assert visible(text) == text


@given(st.text())
def test_nothing_hidden_is_left_and_showing_twice_changes_nothing(text: str) -> None:
    once = visible(text)
    assert visible(once) == once
    assert "\u202e" not in once


def test_a_bound_says_what_is_missing() -> None:
    assert bounded("x" * 100, 100) == "x" * 100
    assert bounded("x" * 4_000, 50).endswith("(3,950 more characters)")
    assert all(len(bounded("x" * 4_000, limit)) <= limit for limit in range(60))
