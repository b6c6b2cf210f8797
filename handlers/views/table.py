"""Which dialog does what when it is submitted."""

from collections.abc import Awaitable, Callable, Mapping

from handlers.ids import Modal
from handlers.views.ask import handle_ask
from handlers.views.away import handle_away
from handlers.views.bulk import handle_bulk, handle_bulk_confirm
from handlers.views.digest import handle_digest
from handlers.views.edit import handle_edit
from handlers.views.job_edit import handle_job_edit
from handlers.views.reassign import handle_reassign
from handlers.views.reject import handle_reject
from handlers.views.review import handle_review
from handlers.views.run import handle_run
from handlers.views.schedule import handle_schedule
from handlers.views.snooze import handle_snooze
from handlers.views.submission import Answer, Submission

VIEWS: Mapping[Modal, Callable[[Submission], Awaitable[Answer]]] = {
    Modal.REJECT: handle_reject,
    Modal.EDIT: handle_edit,
    Modal.REVIEW: handle_review,
    Modal.RUN: handle_run,
    Modal.ASK: handle_ask,
    Modal.REASSIGN: handle_reassign,
    Modal.SNOOZE: handle_snooze,
    Modal.BULK: handle_bulk,
    Modal.BULK_CONFIRM: handle_bulk_confirm,
    Modal.AWAY: handle_away,
    Modal.JOB_EDIT: handle_job_edit,
    Modal.DIGEST: handle_digest,
    Modal.SCHEDULE: handle_schedule,
}
