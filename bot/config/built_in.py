"""The policy that `calmops try` comes with."""

from importlib import resources

from bot.config.file import Config, parse_config


def try_config() -> Config:
    """The people and channels of the local Slack."""
    from agents.library import all_agents

    text = resources.files("bot.config").joinpath("try.toml").read_text(encoding="utf-8")
    return parse_config(text, [agent.name for agent in all_agents()], name="try.toml")
