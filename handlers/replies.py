"""Answers to one person: in the acknowledgement of a command, else as a private message from the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.core.ids import PersonId
from agents.core.people import Person
from handlers.blocks.elements import Block, section
from handlers.blocks.shorten import fit_message
from handlers.blocks.text import Mrkdwn, fit
from storage.outbox import Urgency, put
from storage.store import Tx


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What to tell: one sentence, or blocks with the sentence as their notification text."""

    text: Mrkdwn
    blocks: Sequence[Block] = field(default_factory=list)

    @property
    def payload(self) -> dict[str, Any]:
        """The body of an acknowledgement; only the asker sees it."""
        blocks = list(self.blocks)[:50] or [section(self.text)]
        fitted = fit_message(fit(self.text, 3900), blocks)
        return {"response_type": "ephemeral", "text": fitted.text, "blocks": fitted.blocks}


def whisper(tx: Tx, reply: Reply, person: PersonId, *, channel: str, thread_ts: str | None = None) -> None:
    """Tells one person in a channel, so that nobody else sees it; in a direct message it is a plain message."""
    put(
        tx,
        "post" if channel.startswith("D") else "ephemeral",
        "note",
        channel=channel,
        user=person,
        thread_ts=thread_ts,
        stream=f"person:{person}",
        urgency=Urgency.ANSWER,
        text=reply.payload["text"],
        blocks=reply.payload["blocks"],
    )


def repaint_home(tx: Tx, person: Person, *, page: int = 0, agent: str = "") -> None:
    """Publishes somebody's App Home anew, at a page and with the questions of one agent or all."""
    put(
        tx,
        "home",
        "home",
        user=person.id,
        subject=f"home:{person.id}",
        stream=f"home:{person.id}",
        urgency=Urgency.RESULT,
        merge=not page and not agent,
        page=page,
        agent=agent,
    )
