"""Run as a script: imports the modules named as arguments and prints what each did, beyond defining things, on the way.

Python's audit events tell of files, sockets, threads, processes and databases. Only what our own module-level code does
counts, not what a library does while it is imported.
"""

import importlib
import sys
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WATCHED = {
    "open",
    "socket.__new__",
    "sqlite3.connect",
    "subprocess.Popen",
    "_thread.start_new_thread",
    "os.mkdir",
    "os.remove",
}


def ours(frame: FrameType | None) -> str:
    """The place of our code that is nearest, unless an import of something else lies between: then an empty text."""
    while frame is not None:
        file = frame.f_code.co_filename
        if "importlib" in file:
            return ""
        if file.startswith(str(ROOT)) and "site-packages" not in file and file != __file__:
            return f"{Path(file).relative_to(ROOT)}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in WATCHED and (place := ours(sys._getframe(1))):
        print(f"{place} {event} {arguments[:2]}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.addaudithook(watch)
    for name in sys.argv[1:]:
        importlib.import_module(name)
