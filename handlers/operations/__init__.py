"""The use cases that every door calls: command, button, modal, App Home, command line, schedule, webhook.

Each is a plain function of a transaction: `await store.write(lambda tx: operations.submit(tx, ...))`. A door parses, calls
one of these, and tells the person; it never decides anything itself.
"""

from handlers.operations.decide import Answer, Decided, decide
from handlers.operations.escalate import close, escalate
from handlers.operations.steer import cancel, is_paused, pause, resume, retry
from handlers.operations.submit import Submitted, submit

__all__ = [
    "Answer",
    "Decided",
    "Submitted",
    "cancel",
    "close",
    "decide",
    "escalate",
    "is_paused",
    "pause",
    "resume",
    "retry",
    "submit",
]
