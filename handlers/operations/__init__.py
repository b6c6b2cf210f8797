"""The use cases that every door calls: command, button, modal, App Home, command line, schedule, webhook.

Each is a plain function of a transaction: `await store.write(lambda tx: operations.submit(tx, ...))`. A door parses, calls
one of these, and tells the person; it never decides anything itself.

Messages that these queue, by the name of their view: `escalation_card` (escalation_id), `held_back` (channel_id: cards wait
there because of flood control), `details_asked` and `details_given` (escalation_id), `owner_notice` (agent, what, groups and
the values of what: rubber_stamp, demoted, promoted, paused, resumed, stopped, started, incident).
"""

from handlers.operations.decide import Answer, Decided, decide, wake_job
from handlers.operations.escalate import announce, close, escalate, repaint
from handlers.operations.flood import release_cards
from handlers.operations.learn import mode_of
from handlers.operations.notices import tell_owner
from handlers.operations.question import (
    answer_details,
    ask_again,
    ask_details,
    extend,
    mark_done,
    open_for_job,
    reassign,
    snooze,
)
from handlers.operations.steer import (
    cancel,
    effects_allowed,
    is_paused,
    obey_flag,
    pause,
    resume,
    resume_all,
    retry,
    stop_all,
)
from handlers.operations.submit import Submitted, submit

__all__ = [
    "Answer",
    "Decided",
    "Submitted",
    "announce",
    "answer_details",
    "ask_again",
    "ask_details",
    "cancel",
    "close",
    "decide",
    "effects_allowed",
    "escalate",
    "extend",
    "is_paused",
    "mark_done",
    "mode_of",
    "obey_flag",
    "open_for_job",
    "pause",
    "reassign",
    "release_cards",
    "repaint",
    "resume",
    "resume_all",
    "retry",
    "snooze",
    "stop_all",
    "submit",
    "tell_owner",
    "wake_job",
]
