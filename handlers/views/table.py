"""Which dialog does what when it is submitted."""

from collections.abc import Awaitable, Callable, Mapping

from handlers.ids import Modal
from handlers.views.ask import handle_ask
from handlers.views.edit import handle_edit
from handlers.views.reassign import handle_reassign
from handlers.views.reject import handle_reject
from handlers.views.review import handle_review
from handlers.views.run import handle_run
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
}
