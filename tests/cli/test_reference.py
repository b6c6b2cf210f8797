"""The reference names every command, in the words of its own help."""

from pathlib import Path

from typer.main import get_command

from bot.cli.root import app

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


def test_every_command_has_its_heading_and_its_sentence() -> None:
    for name, command in COMMANDS.items():
        part = TEXT.partition(f"## {name}\n")[2].partition("\n## ")[0]
        assert part, f"docs/reference/cli.md has no heading for {name}"
        assert command.help.strip() in part
        for below, inner in getattr(command, "commands", {}).items():
            assert f"`calmops {name} {below}`: {inner.help.strip()}" in part


def test_the_reference_names_no_command_that_is_gone() -> None:
    headings = [line.removeprefix("## ") for line in TEXT.splitlines() if line.startswith("## ")]
    assert headings == list(COMMANDS)
