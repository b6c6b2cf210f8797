"""What the environment may say."""

import os
from pathlib import Path

import pytest

from agents.core.errors import Misconfigured
from bot.extensions import own_systems
from bot.settings import environment, hide_tokens, is_loopback, read_settings


def test_slack_itself_is_the_default() -> None:
    settings = read_settings()
    assert settings.is_slack
    assert settings.slack_api_url == "https://slack.com/api/"


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8770/api",
        "http://localhost:8770/api/",
        "http://[::1]:8770/api/",
        "https://slack.example.org/api/",
    ],
)
def test_another_server_is_taken_on_this_machine_or_by_https(address: str) -> None:
    """S-G6."""
    settings = read_settings(slack_api_url=address)
    assert not settings.is_slack
    assert settings.slack_api_url.endswith("/api/")


@pytest.mark.parametrize(
    "address",
    [
        "http://10.0.0.7/api/",
        "http://slack.example.org/api/",
        "ftp://127.0.0.1/",
        "127.0.0.1:8770",
        "http://127.0.0.1.evil.org/",
    ],
)
def test_any_other_address_is_refused_in_one_line(address: str) -> None:
    """S-G6."""
    with pytest.raises(Misconfigured, match=r"^SLACK_API_URL .*https?://[^\n]*\.$"):
        read_settings(slack_api_url=address)


@pytest.mark.parametrize(
    ("address", "is_slack"),
    [
        ("https://slack.com/api/", True),
        ("https://slack-gov.com/api/", True),
        ("https://evilslack.com/api/", False),
        ("https://slack.com.evil.org/api/", False),
    ],
)
def test_only_slacks_own_hosts_count_as_slack(address: str, is_slack: bool) -> None:
    assert read_settings(slack_api_url=address).is_slack is is_slack


@pytest.mark.parametrize(
    ("name", "value"), [("CALMOPS_SOCKETS", "11"), ("CALMOPS_SYNC", "OFF"), ("CALMOPS_PORT", "web")]
)
def test_a_value_that_makes_no_sense_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured, match=rf"^{name} "):
        read_settings()


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "")
    assert read_settings().is_slack


def test_proxies_are_left_alone_for_slack_and_dropped_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK obeys them and ignores NO_PROXY: calls to this machine would leave it."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.org:3128")
    monkeypatch.setenv("http_proxy", "http://proxy.example.org:3128")
    read_settings()
    assert "HTTPS_PROXY" in os.environ
    read_settings(slack_api_url="http://127.0.0.1:1/api/")
    assert not {"HTTPS_PROXY", "http_proxy"} & set(os.environ)


def test_a_worker_is_given_no_token_under_any_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    monkeypatch.setenv("MY_COPY", "token=xoxb-1-abc")
    monkeypatch.setenv("HARMLESS", "yes")
    kept = environment(secrets=False)
    assert not [
        name for name, value in kept.items() if "xoxb-" in value or "xapp-" in value or name.startswith("SLACK_")
    ]
    assert kept["HARMLESS"] == "yes"
    assert environment(secrets=True)["SLACK_BOT_TOKEN"] == "xoxb-1"


def test_tokens_leave_the_environment_once_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    settings = read_settings()
    hide_tokens()
    assert "SLACK_BOT_TOKEN" not in os.environ
    assert settings.slack_bot_token is not None
    assert "xoxb-1" not in repr(settings)


def test_the_database_is_named_by_its_full_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings().database_url == f"sqlite:///{tmp_path}/.calmops/calmops.db"
    assert read_settings(calmops_database_url="sqlite:///here.db").database_url == f"sqlite:///{tmp_path}/here.db"
    postgres = "postgresql+asyncpg://someone@host/name"
    assert read_settings(calmops_database_url=postgres).database_url == postgres


def test_the_policy_beside_the_data_wins_over_the_one_in_the_folder(tmp_path: Path) -> None:
    assert str(read_settings(calmops_data=tmp_path).config_file) == "calmops.toml"
    (tmp_path / "calmops.toml").touch()
    assert read_settings(calmops_data=tmp_path).config_file == tmp_path / "calmops.toml"
    named = read_settings(calmops_data=tmp_path, calmops_config=tmp_path / "other.toml")
    assert named.config_file == tmp_path / "other.toml"


@pytest.mark.parametrize(
    ("host", "here"), [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("0.0.0.0", False)]
)
def test_what_counts_as_this_machine(host: str, here: bool) -> None:
    assert is_loopback(host) is here


def test_a_system_of_ones_own_that_does_not_start_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "our_broken_shop.py").write_text("import os\n\ndef ports():\n    return {str: os.environ['NO_SHOP']}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(
        Misconfigured, match=r"our_broken_shop\.ports\(\) does not work: KeyError: 'NO_SHOP', in .*line"
    ):
        own_systems(["our_broken_shop"])
