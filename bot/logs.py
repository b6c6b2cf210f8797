"""Log lines: a sentence for people, a key for machines, and never a token."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

SECRETS = re.compile(
    r"(x(?:ox[a-z]|app|wfp)[-.][A-Za-z0-9-]{6,})"
    r"|((?<=ticket=)[^&\s\"']+)"
    r"|((?<=/response/)[^\s\"']+|(?<=hooks\.slack\.com/)[^\s\"']+)"
    r"|((?<=://)[^/\s:@]+:[^/\s@]+(?=@))"
)
QUIET = {
    "slack_bolt": logging.WARNING,
    "slack_sdk": logging.WARNING,
    "apscheduler": logging.WARNING,
    "alembic": logging.WARNING,
}
"""The SDK's own loggers print whole payloads at DEBUG; the others say things that only their authors want to know."""

Line = MutableMapping[str, Any]
"""One log line on its way to its text."""

_BUILT_IN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def redact(text: str) -> str:
    """The text without tokens, socket tickets, response addresses and passwords in addresses."""
    return SECRETS.sub("[secret]", text)


def start_logging(*, form: str = "text", level: str = "INFO", role: str = "", stream: TextIO | None = None) -> None:
    """Sends every logger of this process to standard error. `form` is "text" or "json"; `role` stands on each line."""
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if form == "json" else _line
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_with_extra],
            processors=[
                _with_role(role),
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _redacted,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelName(level)))


def _with_extra(_logger: Any, _method: str, line: Line) -> Line:
    record: logging.LogRecord = line["_record"]
    for name, value in record.__dict__.items():
        if name not in _BUILT_IN and not name.startswith("_"):
            line["key" if name == "event" else name] = value
    return line


def _with_role(role: str) -> Any:
    def add(_logger: Any, _method: str, line: Line) -> Line:
        if role:
            line["role"] = role
        return line

    return add


def _redacted(_logger: Any, _method: str, line: Line) -> Line:
    return {name: redact(value) if isinstance(value, str) else value for name, value in line.items()}


def _line(_logger: Any, _method: str, line: Line) -> str:
    """`10:42:07 edge   warning  The socket is gone. (socket.gone, tries=2)`"""
    moment = str(line.pop("timestamp", ""))[11:19]
    role = str(line.pop("role", ""))
    level = str(line.pop("level", ""))
    sentence = str(line.pop("event", ""))
    trace = line.pop("exception", None)
    key = line.pop("key", None)
    extra = ", ".join([str(key)] * bool(key) + [f"{name}={value}" for name, value in sorted(line.items())])
    text = f"{moment} {role:<8} {level:<8} {sentence}" + (f" ({extra})" if extra else "")
    return f"{text}\n{trace}" if trace else text
