"""Links to our own messages."""

from collections.abc import Sequence

from agents.core.ids import EscalationId
from storage import outbox
from storage.store import Tx


def links_to_cards(
    tx: Tx, ids: Sequence[EscalationId], workspace_url: str, *, shared: bool = False
) -> dict[EscalationId, str]:
    """A link to the newest card of each question that has one; none when Slack did not say where it lives. With `shared`
    none into direct messages, which only one person can open."""
    subjects = {f"escalation:{id}": id for id in ids}
    found = outbox.newest_places(tx, list(subjects), "card")
    if shared:
        found = {subject: place for subject, place in found.items() if not place[0].startswith("D")}
    links = {subjects[subject]: link_to(workspace_url, *place) for subject, place in found.items()}
    return {id: link for id, link in links.items() if link}


def link_to(workspace_url: str, channel: str, ts: str, thread_ts: str | None = None) -> str | None:
    """A link to a message as Slack writes them."""
    if not workspace_url.startswith("http"):
        return None
    link = f"{workspace_url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
    return f"{link}?thread_ts={thread_ts}&cid={channel}" if thread_ts and thread_ts != ts else link
