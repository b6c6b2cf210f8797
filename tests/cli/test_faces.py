"""What others script against keeps its name."""

import pytest
from typer.main import get_command

from bot.cli.root import app

FACES = {
    "try": {"--port", "--data"},
    "emulator": {"--port"},
    "run": set(),
    **{
        name: {"--json"}
        for name in (
            *("jobs", "inbox", "approve", "reject", "retry", "cancel", "pause", "resume", "stop", "doctor", "digest"),
            *("autonomy", "metrics", "digest preview"),
        )
    },
    "audit verify": set(),
    "audit export": {"--out"},
    "eval": {"--data"},
    "backup": set(),
}


@pytest.mark.parametrize("face", FACES)
def test_a_command_that_others_script_against_keeps_its_options(face: str) -> None:
    command = get_command(app)
    for word in face.split():
        command = command.commands[word]  # type: ignore[attr-defined]
    options = {option for parameter in command.params for option in parameter.opts}
    assert options >= FACES[face]
