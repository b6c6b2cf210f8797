"""What the environment says. The only module that reads it, or changes it."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from agents.core.errors import Misconfigured

SLACK = "https://slack.com/api/"
CONFIG_NAME = "calmops.toml"
SLACK_HOSTS = ("slack.com", "slack-gov.com")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
MISREAD = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "SLACK_VERIFICATION_TOKEN")
"""Bolt reads these by itself and would start an OAuth flow that we do not have."""

TOKEN_FORMS = ("xoxb-", "xoxp-", "xoxe", "xoxa-", "xoxr-", "xoxs-", "xapp-", "xwfp-")


SECRETS = "CALMOPS_SECRET_"
"""What begins so is a secret that calmops.toml may name; workers never see it."""


class Address(NamedTuple):
    """Where to listen."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Settings(BaseSettings):
    """Every setting that is not policy. Each is named in docs/settings.md.

    `calmops_data` is the folder for the database and for what processes tell each other; `calmops_port` is where the edge
    answers health questions on 127.0.0.1 (0 picks a free port, and the health file says which).
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: str = SLACK
    calmops_data: Path = Path(".calmops")
    calmops_database_url: str = ""
    calmops_config: Path | None = None
    calmops_sync: Literal["FULL", "NORMAL"] = "FULL"
    calmops_sockets: int = Field(default=2, ge=1, le=10)
    calmops_workers: int = Field(default=1, ge=1, le=32)
    calmops_worker_memory_mb: int = Field(default=4096, ge=0)
    calmops_lanes: str = ""
    calmops_test: bool = False
    calmops_fault: str = ""
    calmops_port: int = Field(default=0, ge=0, le=65535)
    calmops_webhooks: Address | None = None
    calmops_precision: float = Field(default=0.95, ge=0.5, lt=1)
    calmops_extensions: str = ""
    calmops_examples: Path | None = None
    calmops_model: str = ""
    calmops_model_url: str = ""
    calmops_model_key: SecretStr | None = None
    calmops_log: Literal["text", "json"] = "text"
    calmops_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("slack_api_url")
    @classmethod
    def _safe_address(cls, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be a web address such as http://127.0.0.1:8770/api/")
        if parts.scheme != "https" and not is_loopback(parts.hostname):
            raise ValueError(f"must begin with https:// because {parts.hostname} is not this machine")
        return address.rstrip("/") + "/"

    @field_validator("calmops_extensions")
    @classmethod
    def _module_names(cls, names: str) -> str:
        for name in filter(None, (part.strip() for part in names.split(","))):
            if not all(part.isidentifier() for part in name.split(".")):
                raise ValueError(
                    f"must name Python modules, with commas between them, such as our_agents; {name!r} is none"
                )
        return names

    @field_validator("calmops_webhooks", mode="before")
    @classmethod
    def _listening(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        host, _, port = value.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise ValueError("must be an address to listen on, such as 127.0.0.1:8790")
        return Address(host.strip("[]"), int(port))

    def secrets(self) -> list[SecretStr]:
        """Every secret that is set."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return [value for value in values if isinstance(value, SecretStr)]

    @property
    def extensions(self) -> tuple[str, ...]:
        """The modules with agents and systems of one's own."""
        return tuple(name.strip() for name in self.calmops_extensions.split(",") if name.strip())

    @property
    def is_slack(self) -> bool:
        """Whether we talk to Slack itself, not to a server that speaks like it."""
        host = urlsplit(self.slack_api_url).hostname or ""
        return any(host == name or host.endswith("." + name) for name in SLACK_HOSTS)

    @property
    def config_file(self) -> Path:
        """calmops.toml: the one that CALMOPS_CONFIG names, else that of the data folder, else that of the current folder."""
        if self.calmops_config is not None:
            return self.calmops_config
        beside = self.calmops_data / CONFIG_NAME
        return beside if beside.exists() else Path(CONFIG_NAME)

    @property
    def anchor_file(self) -> Path:
        """Where the head of the audit is kept outside the database."""
        return self.calmops_data / "anchors.jsonl"

    @property
    def stop_file(self) -> Path:
        """While this file is there everything is stopped."""
        return self.calmops_data / "STOP"

    @property
    def database_url(self) -> str:
        """The database: a file in the data folder unless CALMOPS_DATABASE_URL names another. Files by their full path, so
        that every process means the same one wherever it was started."""
        url = self.calmops_database_url or f"sqlite:///{self.calmops_data / 'calmops.db'}"
        scheme, _, rest = url.partition("://")
        path = rest.removeprefix("/")
        if not scheme.startswith("sqlite") or not path or path == ":memory:":
            return url
        return f"{scheme}:///{Path(path).absolute()}"


def is_loopback(host: str) -> bool:
    """Whether a host name can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_settings(**given: object) -> Settings:
    """The settings: what is `given` wins over the environment. Raises `Misconfigured` with one line on what to write."""
    chosen = {name: value for name, value in given.items() if value is not None}
    try:
        settings = Settings(**chosen)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "the settings"
        raise Misconfigured(f"{name} {first['msg'].removeprefix('Value error, ')}.") from error
    if is_loopback(urlsplit(settings.slack_api_url).hostname or ""):
        _without_proxies()
    return settings


def hide_tokens() -> None:
    """Takes the tokens out of this process's environment once they are read: Bolt and whatever we start would find them."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", *MISREAD):
        os.environ.pop(name, None)


def _without_proxies() -> None:
    """The Slack SDK obeys the proxy variables and ignores NO_PROXY: calls to this machine must not leave it."""
    for name in PROXIES:
        os.environ.pop(name, None)
        os.environ.pop(name.lower(), None)


def secret(reference: str) -> str:
    """The secret behind `env:NAME` or `file:PATH`, without the line end of a file. Raises `Misconfigured`."""
    kind, _, place = reference.partition(":")
    if kind == "env":
        if found := os.environ.get(place):
            return found
        raise Misconfigured(f"{place} is not set; calmops.toml names it as a secret.")
    try:
        found = Path(place).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"The secret in {place} cannot be read: {error}.") from error
    if not found:
        raise Misconfigured(f"{place} is empty; calmops.toml names it as a secret.")
    return found


def known_secret(reference: str) -> str | None:
    """The secret, or None where this process cannot see it and so cannot let it out."""
    try:
        return secret(reference)
    except Misconfigured:
        return None


def environment(*, secrets: bool, first: str = "", also: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a process that we start. Without `secrets` nothing in it is, or holds, a Slack token, or is
    a secret that calmops.toml may name. Modules are looked for in the folder `first` before all others."""
    kept = dict(os.environ)
    if not secrets:
        kept = {
            name: value
            for name, value in kept.items()
            if not name.startswith(("SLACK_", SECRETS)) and not any(form in value for form in TOKEN_FORMS)
        }
    if first:
        kept["PYTHONPATH"] = os.pathsep.join(filter(None, (first, kept.get("PYTHONPATH"))))
    return kept | dict(also or {})
