"""The command line: one small file per family of commands, each calling the same operations as Slack."""

from bot.cli.root import run_command

__all__ = ["run_command"]
