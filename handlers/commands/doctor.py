"""`/ops doctor`: what is wrong with the set-up, and what to do about it."""

import asyncio

from agents.core.errors import Transient
from agents.core.policy import check_member
from handlers.blocks import text as t
from handlers.blocks.checkup import checkup
from handlers.commands.call import Call, Subcommand
from handlers.replies import Reply

SECONDS = 2.5
"""Slack waits three seconds for an answer."""


async def run(call: Call) -> Reply:
    """Looks at policy, approvers, channels, scopes and digests. Raises `Transient` when Slack is too slow to be asked."""
    check_member(call.actor, "look at the set-up")
    try:
        async with asyncio.timeout(SECONDS):
            found = await call.deps.examine()
    except TimeoutError:
        raise Transient(
            "Slack takes too long to answer me now. On the machine, `calmops doctor` has more time."
        ) from None
    text, blocks = checkup(found)
    return await call.say(Reply(text=t.escape(text), blocks=blocks))


SUBCOMMAND = Subcommand(
    name="doctor",
    usage="",
    does="Checks the set-up: approvers, channels, missing scopes and what they cost, silent digests.",
    examples=("/ops doctor",),
    run=run,
    aliases=("check", "health"),
)
