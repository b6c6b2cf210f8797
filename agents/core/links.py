"""Links to messages in Slack, as people copy them."""

import re
from dataclasses import dataclass

_LINK = re.compile(
    r"^<?https?://[\w.:-]+/archives/(?P<channel>[A-Z][A-Z0-9]{2,20})/p(?P<seconds>\d{10})(?P<rest>\d{6})"
    r"(?:\?(?:[^\s|>]*&(?:amp;)?)?thread_ts=(?P<thread>\d{10}\.\d{6})[^\s|>]*|\?[^\s|>]*)?(?:\|[^>]*)?>?$"
)
_HOST = re.compile(r"^https?://[\w.:-]+")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A message: its channel, its time stamp, and that of the thread it stands in (its own when it starts one)."""

    channel: str
    ts: str
    thread_ts: str


def read_link(text: str) -> Place | None:
    """The place a link to a message names; None when the text is no such link."""
    found = _LINK.match(text.strip()[:1_000])
    if found is None:
        return None
    ts = f"{found['seconds']}.{found['rest']}"
    return Place(channel=found["channel"], ts=ts, thread_ts=found["thread"] or ts)


def link_beside(root: str, channel: str, ts: str, thread_ts: str) -> str:
    """The link to a message of a thread, made from the link to the thread's first message."""
    host = _HOST.match(root)
    if ts == thread_ts or host is None:
        return root
    return f"{host[0]}/archives/{channel}/p{ts.replace('.', '')}?thread_ts={thread_ts}&cid={channel}"
