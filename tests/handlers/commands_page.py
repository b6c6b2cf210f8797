"""`python -m tests.handlers.commands_page` writes docs/reference/commands.md from the table that `/ops help` reads."""

from pathlib import Path

from handlers.commands.call import Subcommand
from handlers.commands.table import SUBCOMMANDS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"

INTRODUCTION = """# /ops, word by word

Type `/ops` and a word in any channel, or say the same to the bot: in a direct message, or after its name in a channel. Only you
see the answer. A word that is nearly right gets a guess, and a missing argument is named with an example.

Text in quotes stays together, `key=value` sets one field, jobs are written J482, questions E17, digests and schedules D3.
Times are read as people write them (`weekdays 9am`, `mon,thu 16:30`, `monthly last 17:00`, five fields of cron), in your own
time zone.

In the thread of a job the word `stop` alone stops it. Nothing else said in words decides anything: that takes a button or a
typed command.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *(_part(one) for one in SUBCOMMANDS)])


def _part(one: Subcommand) -> str:
    lines = [f"## {one.name}", "", f"`/ops {' '.join([one.name, one.usage]).strip()}`", "", one.does, ""]
    if one.more:
        lines += [one.more.removesuffix(" For example:"), ""]
    lines += [f"    {example}" for example in one.examples]
    if one.aliases:
        lines += ["", f"Also: {', '.join(one.aliases)}."]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
