"""What becomes of an outbox row after Slack's answer: a pure decision, carried out by the sender."""

from dataclasses import dataclass
from typing import Literal

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.edge.calls import NoPlace
from bot.edge.refusals import FATAL, GONE, LATER, STUCK, error_code, never_sent, retry_after_of

TRIES = 8
"""Attempts before a call that keeps failing is given up and said to have failed."""

LOOK_SECONDS = 2.0
"""How long after a lost reply we look whether the message is there."""

Next = Literal["later", "look", "elsewhere", "anew", "plain", "paused", "failed"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`later`: the same call again in `wait` seconds. `look`: nobody knows whether it was posted, so look first.
    `elsewhere`: this place takes nothing. `anew`: this message cannot be changed. `plain`: Slack dislikes our blocks, so
    send the text alone, or a Home of one sentence. `paused`: Slack refuses the token, keep everything.
    `block` stops the whole method meanwhile."""

    next: Next
    wait: float = 0.0
    block: float = 0.0
    error: str = ""


def judge(error: BaseException, *, kind: str, attempts: int, plain: bool = False) -> Verdict:
    """What to do after a call failed for the `attempts`-th time. `plain` says that it was sent without blocks already."""
    pause = min(300.0, 1.0 * 2.0 ** max(0, attempts - 1))
    if isinstance(error, SlackApiError):
        code = error_code(error)
        after = retry_after_of(error)
        if after is not None or code in ("ratelimited", "rate_limited", "http_429"):
            return Verdict(next="later", wait=after or pause, block=after or pause, error=code)
        if code in FATAL:
            return Verdict(next="paused", wait=60.0, error=code)
        if code in GONE:
            return Verdict(next="elsewhere", error=code)
        if code in STUCK:
            return Verdict(next="anew", error=code)
        if attempts >= TRIES:
            return Verdict(next="failed", error=code)
        if code in LATER or code.startswith("http_"):
            return Verdict(next="look" if kind == "post" else "later", wait=max(pause, LOOK_SECONDS), error=code)
        if kind in ("post", "update", "ephemeral", "home") and not plain:
            return Verdict(next="plain", error=code)
        return Verdict(next="failed", error=code)
    if isinstance(error, NoPlace):
        return Verdict(next="elsewhere", error="no_channel")
    if isinstance(error, aiohttp.ClientError | OSError | TimeoutError | ValueError):
        words = f"{type(error).__name__}: {error}"
        if kind == "post" and not never_sent(error):
            return Verdict(next="look", wait=LOOK_SECONDS, error=words)
        return Verdict(next="later", wait=pause, error=words)
    return Verdict(next="failed", error=f"{type(error).__name__}: {error}")
