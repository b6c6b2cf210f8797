"""Which action does what."""

from collections.abc import Awaitable, Callable, Mapping

from handlers.actions.agent_pause import handle_agent_pause, handle_agent_resume
from handlers.actions.agent_pick import handle_agent_pick
from handlers.actions.agent_show import handle_agent_show
from handlers.actions.approve import handle_approve
from handlers.actions.ask_again import handle_ask_again
from handlers.actions.away import handle_away, handle_back
from handlers.actions.bulk import handle_bulk
from handlers.actions.choose import handle_choose
from handlers.actions.done_by_hand import handle_done_by_hand
from handlers.actions.edit import handle_edit
from handlers.actions.effect_undo import handle_effect_undo
from handlers.actions.grant_revoke import handle_grant_revoke
from handlers.actions.home_filter import handle_home_filter, handle_home_refresh
from handlers.actions.home_page import handle_home_page
from handlers.actions.job_drop import handle_job_drop
from handlers.actions.job_edit import handle_job_edit
from handlers.actions.job_retry import handle_job_retry
from handlers.actions.job_show import handle_job_show
from handlers.actions.job_stop import handle_job_stop
from handlers.actions.menu import handle_menu
from handlers.actions.more import handle_more
from handlers.actions.nothing import handle_nothing
from handlers.actions.page import handle_page
from handlers.actions.press import Press
from handlers.actions.reject import handle_reject
from handlers.actions.review import handle_review
from handlers.actions.stop_lift import handle_stop_lift
from handlers.actions.take_over import handle_take_over
from handlers.actions.try_again import handle_try_again
from handlers.actions.undo import handle_undo
from handlers.actions.whole import handle_whole
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
    Action.UNDO: handle_undo,
    Action.EFFECT_UNDO: handle_effect_undo,
    Action.JOB_SHOW: handle_job_show,
    Action.JOB_EDIT: handle_job_edit,
    Action.JOB_DROP: handle_job_drop,
    Action.AGENT_PAUSE: handle_agent_pause,
    Action.AGENT_RESUME: handle_agent_resume,
    Action.AGENT_SHOW: handle_agent_show,
    Action.GRANT_REVOKE: handle_grant_revoke,
    Action.STOP_LIFT: handle_stop_lift,
    Action.HOME_FILTER: handle_home_filter,
    Action.HOME_REFRESH: handle_home_refresh,
    Action.BULK: handle_bulk,
    Action.AWAY: handle_away,
    Action.BACK: handle_back,
    Action.JOB_MENU: handle_menu,
    Action.AGENT_MENU: handle_menu,
    Action.WHOLE: handle_whole,
    Action.LINK: handle_nothing,
    Action.INPUT: handle_nothing,
}
