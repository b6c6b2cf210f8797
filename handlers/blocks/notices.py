"""What the owner of an agent is told about it."""

from collections.abc import Mapping
from typing import Any

from handlers.blocks import text as t
from handlers.blocks.elements import Block
from handlers.blocks.messages import said


def owner_notice(agent: str, what: str, values: Mapping[str, Any]) -> tuple[str, list[Block]]:
    """One sentence about `agent`; `what` is one of the keys below, `values` what it needs."""
    to = t.joined([t.at_group(str(group)) for group in values.get("groups", ())], " ")
    sentence = _sentence(agent, what, values)
    return said(t.mrkdwn("{} {}", to, sentence) if to else sentence)


def _sentence(agent: str, what: str, values: Mapping[str, Any]) -> t.Mrkdwn:
    by = t.at_person(str(values.get("by", "calmops/system")))
    why = t.mrkdwn(": {}", t.clip(str(values["reason"]), 500).rstrip(".")) if values.get("reason") else t.mrkdwn("")
    match what:
        case "paused":
            return t.mrkdwn("{} paused {}{}. `/ops resume {}` lets it work again.", by, agent, why, agent)
        case "resumed":
            return t.mrkdwn("{} resumed {}.", by, agent)
        case "stopped":
            return t.mrkdwn(
                "{} stopped everything, {} too{}. An operator lifts it with `/ops resume all`.", by, agent, why
            )
        case "started":
            return t.mrkdwn("{} lifted the stop; {} works again.", by, agent)
        case "demoted":
            case_type = str(values.get("case_type") or "everything")
            because = str(values.get("because", ""))
            return t.mrkdwn("{} asks again before it acts on {}: {}.", agent.capitalize(), case_type, because)
        case "rubber_stamp":
            return t.mrkdwn(
                "{} approved {} questions of {} in a row, each within {}. Is each one still read?",
                t.at_person(str(values.get("person", ""))),
                str(values.get("approvals", "")),
                agent,
                t.span(float(values.get("seconds", 0))),
            )
        case "incident":
            fell = " It asks again before it acts." if values.get("automatic") else ""
            return t.mrkdwn("{} reported an incident for J{} of {}.{}", by, str(values.get("job", "")), agent, fell)
        case _:
            return t.mrkdwn("{}: {}", agent.capitalize(), what.replace("_", " "))


def details_asked(who: str, question: str, requester: str) -> tuple[str, list[Block]]:
    """A question back to whoever asked for the work."""
    return said(
        t.mrkdwn(
            "{}, {} asks before deciding: {}\nAnswer here in the thread.",
            t.at_person(requester),
            t.at_person(who),
            t.clip(question, 2000),
        )
    )


def details_given(who: str, answer: str) -> tuple[str, list[Block]]:
    """The answer to that, on the record of the question."""
    return said(t.mrkdwn("{} answered: {}", t.at_person(who), t.clip(answer, 2500)))


def view_refused(view: str, code: str, row: int) -> tuple[str, list[Block]]:
    """Slack did not take what we drew: a bug of ours, or a limit of Slack's that is new."""
    return said(
        t.mrkdwn(
            "Slack refused how I drew `{}` ({}), so people got its plain text. The log says more under row {}.",
            view,
            code,
            str(row),
        )
    )
