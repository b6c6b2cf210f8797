"""The configuration in force: read at start, read again when its file changes. A broken file changes nothing."""

import logging
from collections.abc import Iterable
from pathlib import Path

from agents.core.errors import Misconfigured
from agents.core.policy import Policy
from bot.config.file import BotOptions, Config, read_config

log = logging.getLogger(__name__)


class ConfigFile:
    """Raises `Misconfigured` when it is made from a broken file; later breakage is only logged and kept in `problem`."""

    def __init__(self, path: Path, agents: Iterable[str]) -> None:
        self.path = path
        self.problem: str | None = None
        self._agents = tuple(agents)
        self._stamp = self._stat()
        self._config = read_config(path, self._agents)

    def policy(self) -> Policy:
        return self._config.policy

    def options(self) -> BotOptions:
        return self._config.options

    @property
    def is_there(self) -> bool:
        return self._stamp is not None

    def refresh(self) -> bool:
        """Reads the file again if it changed. Returns whether a new configuration is in force."""
        stamp = self._stat()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        if stamp is None:
            self.problem = f"{self.path} is gone; the policy read before stays in force."
            log.error("%s", self.problem, extra={"event": "config.gone"})
            return False
        try:
            fresh = read_config(self.path, self._agents)
        except Misconfigured as error:
            self.problem = f"{error} The policy read before stays in force."
            log.error("%s", self.problem, extra={"event": "config.broken"})
            return False
        self.problem = None
        changed = fresh != self._config
        self._config = fresh
        if changed:
            log.info("%s was read again.", self.path, extra={"event": "config.read"})
        return changed

    def _stat(self) -> tuple[int, int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


class FixedConfig:
    """A configuration that never changes, such as that of `calmops try`."""

    problem: str | None = None
    is_there = True

    def __init__(self, config: Config) -> None:
        self._config = config

    def policy(self) -> Policy:
        return self._config.policy

    def options(self) -> BotOptions:
        return self._config.options

    def refresh(self) -> bool:
        return False
