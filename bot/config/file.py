"""Reads calmops.toml: the bot's options and the policy. What is wrong is said in one line, with what to write instead."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.core.errors import Misconfigured
from agents.core.policy import Policy


class BotOptions(BaseModel):
    """The `[bot]` section: how the bot as a whole behaves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keep_envelopes_days: int = Field(default=7, ge=1, le=90)
    """How long a repeated delivery is recognised."""
    keep_jobs_days: int = Field(default=90, ge=1)
    archive: str | None = None
    """The folder that finished jobs go to when they leave the database; "" for none."""


class Config(BaseModel):
    """A whole calmops.toml: `[bot]` and the sections of the policy."""

    model_config = ConfigDict(frozen=True)

    options: BotOptions = BotOptions()
    policy: Policy = Policy()


def read_config(path: Path, agents: Iterable[str]) -> Config:
    """The file's content; an empty policy when there is no file. Raises `Misconfigured` with one line."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise Misconfigured(f"{path} is not a text file in UTF-8.") from None
    return parse_config(text, agents, name=str(path))


def parse_config(text: str, agents: Iterable[str], *, name: str = "calmops.toml") -> Config:
    """The content of a file that holds `text`; `agents` are the names it may speak of."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{name} is not valid TOML: {error}.") from error
    options = document.pop("bot", {})
    known = sorted(agents)
    for agent in document.get("agents", {}):
        if agent not in known:
            there = ", ".join(known) or "none"
            raise Misconfigured(f"{name}: [agents.{agent}] names no agent of this bot. Agents here: {there}.")
    for webhook, rules in document.get("webhooks", {}).items():
        agent = rules.get("agent") if isinstance(rules, dict) else None
        if isinstance(agent, str) and agent not in known:
            raise Misconfigured(f"{name}: [webhooks.{webhook}] starts {agent}, which is no agent of this bot.")
    try:
        return Config(options=BotOptions.model_validate(options), policy=Policy.model_validate(document))
    except ValidationError as error:
        raise Misconfigured(f"{name}: {_sentence(error)}") from error


def _sentence(error: ValidationError) -> str:
    """The first problem as one sentence: where, what, and how many more there are."""
    first, *rest = error.errors()
    where = ".".join(str(part) for part in first["loc"]) or "the file"
    if error.title == "BotOptions":
        where = f"bot.{where}"
    if first["type"] == "extra_forbidden":
        what = "there is no such setting; see calmops.example.toml for all of them"
    else:
        what = first["msg"].removeprefix("Value error, ")
        what = what[:1].lower() + what[1:]
        if not isinstance(first["input"], dict):
            what += f" (it says {first['input']!r})"
    more = f" And {len(rest)} more." if rest else ""
    return f"{where}: {what}.{more}"
