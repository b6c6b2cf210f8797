"""Log lines: a sentence for people, a key for machines, and never a token. Standard library only: every process pays for it."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from agents.core.redaction import redact

QUIET = {
    "slack_bolt": logging.WARNING,
    "slack_sdk": logging.WARNING,
    "apscheduler": logging.WARNING,
    "alembic": logging.WARNING,
    "aiohttp": logging.WARNING,
}
"""The SDK's own loggers print whole payloads at DEBUG; the others say things that only their authors want to know."""

_BUILT_IN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a line: `at`, `level`, `role`, `sentence`, `event` and what the call gave as `extra`."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self._role = role

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": _moment(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "role": self._role,
            "logger": record.name,
            "sentence": redact(record.getMessage()),
            **{name: redact(value) if isinstance(value, str) else value for name, value in extra_of(record).items()},
        }
        if record.exc_info:
            line["trace"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """`10:42:07 edge     warning  The socket is gone. (socket.gone, tries=2)`"""

    def __init__(self, role: str) -> None:
        super().__init__()
        self._role = role

    def format(self, record: logging.LogRecord) -> str:
        extra = extra_of(record)
        key = extra.pop("event", None)
        notes = ", ".join([*([str(key)] if key else []), *(f"{name}={value}" for name, value in sorted(extra.items()))])
        text = f"{_moment(record):%H:%M:%S} {self._role:<8} {record.levelname.lower():<8} {record.getMessage()}"
        text += f" ({notes})" if notes else ""
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return redact(text)


def start_logging(*, form: str = "text", level: str = "INFO", role: str = "", stream: TextIO | None = None) -> None:
    """Sends every logger of this process to standard error. `form` is "text" or "json"; `role` stands on each line."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(role) if form == "json" else TextLines(role))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelName(level)))


def extra_of(record: logging.LogRecord) -> dict[str, Any]:
    """What the call gave as `extra`."""
    return {
        name: value
        for name, value in record.__dict__.items()
        if name not in _BUILT_IN and not name.startswith("_") and not callable(value)
    }


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)
