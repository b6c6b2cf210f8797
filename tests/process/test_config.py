"""calmops.toml: read, refused in one line, read again while the bot runs."""

import logging
import os
from pathlib import Path

import pytest

from agents.core.contract import Mode
from agents.core.errors import Misconfigured
from bot.config.built_in import give_policy
from bot.config.file import parse_config, read_config
from bot.config.watch import ConfigFile

AGENTS = ("triage", "draft")
GOOD = """
[bot]
keep_envelopes_days = 9

[agents.triage]
channels = ["C1"]
approvers = { users = ["U1"], groups = ["S1"] }
owner = { users = ["U1"] }
mode = "shadow"
expiry = "12h"
self_approval = "never"
"""


def test_options_and_policy_are_read() -> None:
    config = parse_config(GOOD, AGENTS)
    rules = config.policy.of("triage")
    assert config.options.keep_envelopes_days == 9
    assert rules.approvers.users == {"U1"}
    assert rules.mode is Mode.SHADOW
    assert rules.expiry.total_seconds() == 12 * 3600
    assert rules.self_approval is None


def test_without_a_file_nobody_may_approve(tmp_path: Path) -> None:
    assert read_config(tmp_path / "calmops.toml", AGENTS).policy.of("triage").approvers.empty


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[agents.triage", r"is not valid TOML"),
        ("[agents.trige]\nmode = 'auto'", r"\[agents.trige\] names no agent of this bot. Agents here: draft, triage"),
        ("[agents.triage]\nquorum = 0", r"agents.triage.quorum: .*greater than or equal to 1 \(it says 0\)"),
        ("[agents.triage]\nquorumm = 2", r"agents.triage.quorumm: there is no such setting"),
        ("[bot]\nkeep_envelopes_days = 'x'", r"bot.keep_envelopes_days: "),
        ("[bot]\nunknown = 1", r"bot.unknown: there is no such setting"),
        ("operators = 3", r"operators: "),
        ("[agents.triage]\nself_approval = 'high'", r"nobody approves their own high-risk request"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text: str, sentence: str) -> None:
    with pytest.raises(Misconfigured, match=sentence) as caught:
        parse_config(text, AGENTS)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("calmops.toml")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "calmops.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Misconfigured, match="UTF-8"):
        read_config(tmp_path / "calmops.toml", AGENTS)
    with pytest.raises(Misconfigured, match="cannot be read"):
        read_config(tmp_path, AGENTS)


def test_a_change_is_taken_over_and_a_broken_file_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "calmops.toml"
    path.write_text(GOOD)
    config = ConfigFile(path, AGENTS)
    assert not config.refresh()

    _write(path, GOOD.replace('"shadow"', '"review"'))
    assert config.refresh()
    assert config.policy().of("triage").mode is Mode.REVIEW

    _write(path, "[agents.triage\n" + GOOD)
    with caplog.at_level(logging.ERROR):
        assert not config.refresh()
    assert config.policy().of("triage").mode is Mode.REVIEW
    assert config.problem is not None
    assert "stays in force" in config.problem
    assert "calmops.toml" in caplog.text

    path.unlink()
    assert not config.refresh()
    assert config.policy().of("triage").mode is Mode.REVIEW

    _write(path, GOOD)
    assert config.refresh()
    assert config.problem is None


def test_a_bot_does_not_start_with_a_broken_file(tmp_path: Path) -> None:
    (tmp_path / "calmops.toml").write_text("nonsense")
    with pytest.raises(Misconfigured):
        ConfigFile(tmp_path / "calmops.toml", AGENTS)


def test_the_policy_of_a_trial_is_given_once_and_may_be_edited(tmp_path: Path) -> None:
    path = tmp_path / "data" / "calmops.toml"
    give_policy(path)
    policy = read_config(path, _every_agent()).policy
    assert "C0SUPPORT" in policy.of("triage").channels
    assert not policy.of("triage").approvers.empty
    path.write_text(GOOD)
    give_policy(path)
    assert path.read_text() == GOOD


def _every_agent() -> list[str]:
    from agents.library import all_agents

    return [agent.name for agent in all_agents()]


def _write(path: Path, text: str) -> None:
    """With a time of its own, as fast as tests are."""
    earlier = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text)
    os.utime(path, ns=(earlier + 1_000_000, earlier + 1_000_000))
