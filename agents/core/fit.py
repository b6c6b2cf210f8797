"""Is this work for an agent? A few questions, and a recommendation with its reasons: `calmops fit`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agents.core.contract import Mode, Tier
from agents.core.errors import InvalidInput

Shape = Literal["automation", "assistant", "agent", "people"]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question with its answers, each a word and what it means."""

    name: str
    text: str
    answers: Mapping[str, str]


QUESTIONS: tuple[Question, ...] = (
    Question(
        name="starts",
        text="What starts the work?",
        answers={
            "event": "Something happens: a ticket comes in, a date is reached.",
            "request": "Somebody asks for it, each time in their own words.",
            "judgment": "Somebody must first notice that it is needed.",
        },
    ),
    Question(
        name="rules",
        text="Could you write the rules for it on one page?",
        answers={
            "yes": "Yes, and a new colleague would follow them without asking.",
            "mostly": "Mostly; some cases need a look.",
            "no": "No, it takes experience.",
        },
    ),
    Question(
        name="result",
        text="What comes out of it?",
        answers={
            "draft": "Something that a person reads and uses: a text, a summary.",
            "action": "A change in a system.",
        },
    ),
    Question(
        name="cost",
        text="What does a wrong move cost?",
        answers={
            "nothing": "A moment: it is noticed and put right.",
            "some": "Work or annoyance for a customer or a colleague.",
            "much": "Money, trust, or the law.",
        },
    ),
    Question(
        name="undo",
        text="Can a wrong move be taken back?",
        answers={"yes": "Yes, at once.", "partly": "With effort.", "no": "No."},
    ),
    Question(
        name="often",
        text="How often does it come up?",
        answers={"daily": "Many times a day.", "weekly": "A few times a week.", "rarely": "Less."},
    ),
    Question(
        name="owner",
        text="Is there somebody who answers for it and reads what it does?",
        answers={"yes": "Yes, by name.", "no": "Not yet."},
    ),
)


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What to build. `mode` and `tier` are where an agent or automation would start; None for people and assistants."""

    shape: Shape
    mode: Mode | None
    tier: Tier | None
    because: tuple[str, ...]
    first: str
    """The next step, in a sentence."""


def recommend(answers: Mapping[str, str]) -> Fit:
    """What fits this work. Raises `InvalidInput` that names the question which was not answered, and its answers."""
    for question in QUESTIONS:
        if answers.get(question.name) not in question.answers:
            raise InvalidInput(f"{question.text} Please answer {question.name} with {', '.join(question.answers)}.")
    tier = _tier(answers["cost"], answers["undo"], answers["result"])
    if answers["owner"] == "no":
        return Fit(
            shape="people",
            mode=None,
            tier=None,
            because=(
                "Nobody answers for it, and an agent without an owner is nobody's fault and everybody's problem.",
            ),
            first="Name an owner first, then ask again.",
        )
    if answers["often"] == "rarely" and answers["cost"] != "nothing":
        return Fit(
            shape="people",
            mode=None,
            tier=None,
            because=("It comes up too seldom to learn from, and a mistake would cost something.",),
            first="Keep it with people; write a checklist.",
        )
    if answers["result"] == "draft" and answers["starts"] != "event":
        return Fit(
            shape="assistant",
            mode=None,
            tier=None,
            because=("A person asks and reads the result, so they decide in any case.",),
            first="Give people a tool that drafts when they ask; nothing needs an approval.",
        )
    if answers["rules"] == "yes" and answers["starts"] == "event" and tier.rank < Tier.HIGH.rank:
        mode = Mode.REVIEW if answers["result"] == "action" else None
        return Fit(
            shape="automation",
            mode=mode,
            tier=tier,
            because=("The rules fit on a page and an event starts it: no model has to judge anything.",),
            first="Write the rules as a plain agent without a model; let people review the first weeks.",
        )
    return Fit(
        shape="agent",
        mode=Mode.SHADOW,
        tier=tier,
        because=_why_agent(answers, tier),
        first=f"Register it in shadow mode, tier {tier}; compare with what people do until its record says more.",
    )


def _tier(cost: str, undo: str, result: str) -> Tier:
    if result == "draft":
        return Tier.LOW
    if cost == "much":
        return Tier.CRITICAL if undo == "no" else Tier.HIGH
    if cost == "some":
        return Tier.HIGH if undo == "no" else Tier.MEDIUM
    return Tier.MEDIUM if undo == "no" else Tier.LOW


def _why_agent(answers: Mapping[str, str], tier: Tier) -> tuple[str, ...]:
    because = []
    if answers["rules"] != "yes":
        because.append("Cases differ, so something must judge, and people must see what it judged.")
    if answers["starts"] == "judgment":
        because.append("Somebody must notice that it is needed: let it watch and propose.")
    if answers["result"] == "action":
        because.append("It changes a system, so it starts by proposing and earns the right to act.")
    if tier.rank >= Tier.HIGH.rank:
        because.append("A wrong move is dear, so people decide each one whatever its record says.")
    return tuple(because or ["An event starts it and its result is an action that people should see first."])
