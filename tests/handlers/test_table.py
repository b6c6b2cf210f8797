"""The table of `/ops` words: whole, unambiguous, and in the documentation."""

from handlers.commands.table import SUBCOMMANDS
from tests.handlers.commands_page import PAGE, page


def test_no_word_means_two_things() -> None:
    words = [word for one in SUBCOMMANDS for word in (one.name, *one.aliases)]
    assert sorted(words) == sorted(set(words))


def test_every_word_has_an_example_that_begins_with_it() -> None:
    for one in SUBCOMMANDS:
        assert one.examples
        assert all(example.startswith(f"/ops {one.name}") for example in one.examples)


def test_the_page_says_what_help_says() -> None:
    """After a change: `python -m tests.handlers.commands_page`."""
    assert PAGE.read_text(encoding="utf-8") == page()
