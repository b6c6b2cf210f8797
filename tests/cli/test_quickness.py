"""Help comes at once: nothing heavy is imported for it."""

import subprocess
import sys

HEAVY = ("slack_bolt", "slack_sdk", "sqlalchemy", "aiohttp", "sklearn", "pydantic", "alembic", "apscheduler", "numpy")


def test_help_imports_nothing_heavy() -> None:
    """CPU time is what a test can hold on a busy machine: the list of modules, rather than the clock."""
    script = (
        "import sys\n"
        "from bot.cli import run_command\n"
        "code = run_command(['--help'])\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "print('HEAVY', heavy, code)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "HEAVY [] 0" in done.stdout
