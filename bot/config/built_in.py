"""The policy that `calmops try` comes with."""

from importlib import resources
from pathlib import Path


def give_policy(path: Path) -> None:
    """Writes the policy for the people of the local Slack, unless there is one: from then on it may be edited."""
    if path.exists():
        return
    text = resources.files("bot.config").joinpath("try.toml").read_text(encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
