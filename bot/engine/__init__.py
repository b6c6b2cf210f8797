"""The engine: claims jobs under a lease, runs them in their lane, journals what they do, and settles how they ended."""

from bot.engine.engine import Engine
from bot.engine.limits import Limits

__all__ = ["Engine", "Limits"]
