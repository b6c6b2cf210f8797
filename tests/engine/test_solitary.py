"""The process that runs alone what took a worker down."""

import os

from bot.solitary import Solitary
from tests.until import until

WAITS_FOR_ITS_END = ["-c", "import sys; sys.stdin.read()"]
SAYS_WHAT_IT_IS = ["-c", "import os, sys, pathlib; pathlib.Path(sys.argv[1]).write_text(repr(dict(os.environ)))"]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_there_is_one_at_most_and_it_ends_with_its_worker() -> None:
    solitary = Solitary(arguments=WAITS_FOR_ITS_END)
    await solitary.call()
    first = solitary.pid
    await solitary.call()
    assert solitary.pid == first
    assert first is not None
    assert alive(first)
    await solitary.stop()
    assert not alive(first)


async def test_a_new_one_is_started_when_the_last_one_died() -> None:
    solitary = Solitary(arguments=["-c", "raise SystemExit(3)"])
    await solitary.call()
    first = solitary.pid
    await until(lambda: not solitary.running)
    await solitary.call()
    assert solitary.pid != first
    await solitary.stop()


async def test_it_serves_suspects_only_and_is_given_no_token(tmp_path: object, monkeypatch: object) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-local-secret")  # type: ignore[attr-defined]
    told = tmp_path / "environment"  # type: ignore[operator]
    solitary = Solitary(arguments=[*SAYS_WHAT_IT_IS, str(told)])
    await solitary.call()
    await until(lambda: told.exists() and told.read_text())
    assert "'CALMOPS_LANES': 'alone'" in told.read_text()
    assert "xoxb" not in told.read_text()
    await solitary.stop()
