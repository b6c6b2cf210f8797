"""The use cases that every door calls: command, button, modal, App Home, command line, schedule, webhook.

Each is a plain function of a transaction: `await store.write(lambda tx: operations.submit(tx, ...))`. A door parses, calls
one of these, and tells the person; it never decides anything itself.

Messages that these queue, by the name of their view: `escalation_card` (escalation_id), `held_back` (channel_id: cards
wait because of flood control), `reminder` (ids, passed_on), `details_asked` and `details_given` (escalation_id),
`owner_notice` (agent, what, groups and the values of what: rubber_stamp, demoted, paused, resumed, stopped, started,
incident).
"""

from handlers.operations.audit import erase_person, export_audit, purge, read_audit, verify_audit
from handlers.operations.autonomy import Standing, compare_shadow, file_incident, set_mode, standings
from handlers.operations.bulk import BulkReport, Skipped, alike, approve_all
from handlers.operations.decide import Answer, Decided, decide, wake_job
from handlers.operations.delegate import delegate, end_delegation
from handlers.operations.escalate import announce, close, escalate, repaint
from handlers.operations.events import post_event
from handlers.operations.flood import release_cards
from handlers.operations.grant import allow_like, granted, revoke_grant
from handlers.operations.hear import Hearing, hear
from handlers.operations.learn import mode_of
from handlers.operations.move import move_cards
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
from handlers.operations.schedules import Amended, add_digest, add_run
from handlers.operations.schedules import amend as amend_schedule
from handlers.operations.schedules import remove as remove_schedule
from handlers.operations.schedules import switch as switch_schedule
from handlers.operations.serving import run_now, serve_due
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
from handlers.operations.sweep import Swept, expire_overdue, sweep_questions
from handlers.operations.undelivered import undelivered
from handlers.operations.undo import ask_undo

__all__ = [
    "Amended",
    "Answer",
    "BulkReport",
    "Decided",
    "Hearing",
    "Skipped",
    "Standing",
    "Submitted",
    "Swept",
    "add_digest",
    "add_run",
    "alike",
    "allow_like",
    "amend_schedule",
    "announce",
    "answer_details",
    "approve_all",
    "ask_again",
    "ask_details",
    "ask_undo",
    "cancel",
    "close",
    "compare_shadow",
    "decide",
    "delegate",
    "effects_allowed",
    "end_delegation",
    "erase_person",
    "escalate",
    "expire_overdue",
    "export_audit",
    "extend",
    "file_incident",
    "granted",
    "hear",
    "is_paused",
    "mark_done",
    "mode_of",
    "move_cards",
    "obey_flag",
    "open_for_job",
    "pause",
    "post_event",
    "purge",
    "read_audit",
    "reassign",
    "release_cards",
    "remove_schedule",
    "repaint",
    "resume",
    "resume_all",
    "retry",
    "revoke_grant",
    "run_now",
    "serve_due",
    "set_mode",
    "snooze",
    "standings",
    "stop_all",
    "submit",
    "sweep_questions",
    "switch_schedule",
    "tell_owner",
    "undelivered",
    "verify_audit",
    "wake_job",
]
