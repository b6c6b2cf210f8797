"""Every id that Slack sends back to us: actions, modals, shortcuts. What a button carries is an id and a version, no more."""

import json
import re
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from agents.core.errors import InvalidInput
from agents.core.ids import EscalationId, JobId

COMMAND = "/ops"
SHORTCUT_RUN = "shortcut.run"
SHORTCUT = "shortcut.agent."
"""Begins the id of a shortcut on a message; the name of its agent follows."""
STEP = "run_agent"
"""The step in Workflow Builder."""


class Action(StrEnum):
    """Buttons and menus. What follows a `#` only makes an id unique on its surface."""

    APPROVE = "card.approve"
    REVIEW = "card.review"
    EDIT = "card.edit"
    REJECT = "card.reject"
    MORE = "card.more"
    CHOOSE = "card.choose"
    UNDO = "card.undo"
    TRY_AGAIN = "card.try_again"
    TAKE_OVER = "card.take_over"
    ASK_AGAIN = "card.ask_again"
    DONE_BY_HAND = "card.done_by_hand"
    PAGE = "modal.page"
    JOB_STOP = "job.stop"
    JOB_RETRY = "job.retry"
    JOB_SHOW = "job.show"
    JOB_EDIT = "job.edit"
    JOB_DROP = "job.drop"
    JOB_MENU = "job.menu"
    EFFECT_UNDO = "effect.undo"
    AGENT_PICK = "agent.pick"
    AGENT_MENU = "agent.menu"
    AGENT_PAUSE = "agent.pause"
    AGENT_RESUME = "agent.resume"
    AGENT_SHOW = "agent.show"
    GRANT_REVOKE = "grant.revoke"
    STOP_LIFT = "stop.lift"
    HOME_PAGE = "home.page"
    HOME_FILTER = "home.filter"
    HOME_REFRESH = "home.refresh"
    BULK = "home.bulk"
    AWAY = "home.away"
    BACK = "home.back"
    WHOLE = "view.whole"
    LINK = "link"
    INPUT = "input"


class Modal(StrEnum):
    """Dialogs that are submitted."""

    REJECT = "modal.reject"
    EDIT = "modal.edit"
    REVIEW = "modal.review"
    ASK = "modal.ask"
    REASSIGN = "modal.reassign"
    SNOOZE = "modal.snooze"
    RUN = "modal.run"
    PICK = "modal.pick"
    BULK = "modal.bulk"
    BULK_CONFIRM = "modal.bulk_confirm"
    AWAY = "modal.away"
    NOTICE = "modal.notice"
    JOB_EDIT = "modal.job_edit"
    DIGEST = "modal.digest"
    SCHEDULE = "modal.schedule"
    WORKFLOW = "modal.workflow"


class More(StrEnum):
    """The choices behind More on a card."""

    ASK = "ask"
    REASSIGN = "reassign"
    SNOOZE = "snooze"
    TAKE_OVER = "take_over"
    SHOW = "show"


def known_as(action_id: str) -> str:
    """An action's own id, without what makes it unique on its surface."""
    return action_id.partition("#")[0]


@dataclass(frozen=True, kw_only=True)
class Ref:
    """Which version of which escalation a button stands for."""

    id: EscalationId
    version: int

    def pack(self) -> str:
        return f"{self.id}.{self.version}"


def read_ref(value: str) -> Ref:
    """Reads what `Ref.pack` wrote. Raises `InvalidInput` for anything else: a value comes from outside."""
    found = re.fullmatch(r"(\d{1,15})\.(\d{1,6})", value or "")
    if not found:
        raise InvalidInput("I do not know this button. Please use the current card.")
    return Ref(id=EscalationId(int(found[1])), version=int(found[2]))


def read_job(value: str) -> JobId:
    """Reads a job's number, as typed (`J482`, `482`) or as a button carries it. Raises `InvalidInput`."""
    found = re.fullmatch(r"\s*#?[jJ]?(\d{1,15})\s*", value or "")
    if not found:
        raise InvalidInput(f"“{value}” is not a job number. Write it like J482.")
    return JobId(int(found[1]))


def read_escalation(value: str) -> EscalationId:
    """Reads an escalation's number as typed: `E17` or `17`. Raises `InvalidInput`."""
    found = re.fullmatch(r"\s*#?[eE]?(\d{1,15})\s*", value or "")
    if not found:
        raise InvalidInput(f"“{value}” is not the number of a question. Write it like E17.")
    return EscalationId(int(found[1]))


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a modal remembers between opening and submitting. The person sees it and could change it, so it only points:
    every right is checked again."""

    ref: str = ""
    channel: str = ""
    ts: str = ""
    thread_ts: str = ""
    name: str = ""
    page: int = 0
    picked: tuple[str, ...] = ()

    def pack(self) -> str:
        return json.dumps({name: value for name, value in asdict(self).items() if value}, separators=(",", ":"))

    def at(self, page: int) -> "Held":
        return replace(self, page=page)


def read_held(metadata: str) -> Held:
    """Reads what `Held.pack` wrote. Raises `InvalidInput` for anything else."""
    try:
        values = json.loads(metadata or "{}")
        held = Held(**values)
        return replace(held, picked=tuple(str(one) for one in held.picked), page=int(held.page))
    except (ValueError, TypeError) as error:
        raise InvalidInput("I lost track of this dialog. Please open it again.") from error
