"""Who a worker is, so that another one on the same machine can tell at once that it is dead."""

import hashlib
import os
import secrets
import socket
from contextlib import suppress
from pathlib import Path


def worker_name() -> str:
    """`machine:pid:start:token`: no two workers ever share one, also when a process number is used again."""
    pid = os.getpid()
    return f"{machine()}:{pid}:{_started(pid) or 0}:{secrets.token_hex(3)}"


def machine() -> str:
    """This machine as far as process numbers reach: host, boot and process namespace."""
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]


def is_dead(owner: str) -> bool:
    """Whether that worker certainly no longer lives. False when this machine cannot know."""
    parts = owner.split(":")
    if len(parts) != 4 or parts[0] != machine():
        return False
    pid, started = int(parts[1]), int(parts[2])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    now = _started(pid)
    return now is not None and started != 0 and now != started


def _started(pid: int) -> int | None:
    """When a process began, in ticks since the machine did; -1 for one that is dead and not yet buried by its parent;
    None where this cannot be told."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return -1 if fields[0] in ("Z", "X") else int(fields[19])
