"""Which action does what."""

from collections.abc import Awaitable, Callable, Mapping

from handlers.actions.agent_pick import handle_agent_pick
from handlers.actions.approve import handle_approve
from handlers.actions.ask_again import handle_ask_again
from handlers.actions.choose import handle_choose
from handlers.actions.done_by_hand import handle_done_by_hand
from handlers.actions.edit import handle_edit
from handlers.actions.home_page import handle_home_page
from handlers.actions.job_retry import handle_job_retry
from handlers.actions.job_stop import handle_job_stop
from handlers.actions.more import handle_more
from handlers.actions.nothing import handle_nothing
from handlers.actions.page import handle_page
from handlers.actions.press import Press
from handlers.actions.reject import handle_reject
from handlers.actions.review import handle_review
from handlers.actions.take_over import handle_take_over
from handlers.actions.try_again import handle_try_again
from handlers.ids import Action

ACTIONS: Mapping[Action, Callable[[Press], Awaitable[None]]] = {
    Action.APPROVE: handle_approve,
    Action.REVIEW: handle_review,
    Action.EDIT: handle_edit,
    Action.REJECT: handle_reject,
    Action.MORE: handle_more,
    Action.CHOOSE: handle_choose,
    Action.TAKE_OVER: handle_take_over,
    Action.TRY_AGAIN: handle_try_again,
    Action.ASK_AGAIN: handle_ask_again,
    Action.DONE_BY_HAND: handle_done_by_hand,
    Action.PAGE: handle_page,
    Action.JOB_STOP: handle_job_stop,
    Action.JOB_RETRY: handle_job_retry,
    Action.AGENT_PICK: handle_agent_pick,
    Action.HOME_PAGE: handle_home_page,
    Action.LINK: handle_nothing,
    Action.INPUT: handle_nothing,
}
