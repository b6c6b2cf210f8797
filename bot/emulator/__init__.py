"""A local Slack: Web API, Socket Mode, a page and a control API on one loopback port. It imports nothing of Calmops."""

from bot.emulator.clock import Clock
from bot.emulator.emulator import Emulator, start_emulator
from bot.emulator.remote import RemoteEmulator, connect_emulator
from bot.emulator.wire import ActError, SlackError

__all__ = ["ActError", "Clock", "Emulator", "RemoteEmulator", "SlackError", "connect_emulator", "start_emulator"]
