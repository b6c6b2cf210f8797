"""Finds tickets that are like a text."""

from typing import Annotated, Any

from pydantic import Field

from agents.core.contract import Access, Record, Tool, ToolContext
from agents.core.desk import Search, Ticket, TicketDesk
from agents.reasoning.sentences import overlap, rarity, stems_of

_LOOKED_AT = 200
_SHOWN = 5
_ALIKE = 0.12


class SimilarArgs(Record):
    """The text to compare with; `apart_from` is a ticket to leave out."""

    text: Annotated[str, Field(min_length=1, max_length=40_000)]
    apart_from: int | None = None


async def _find(context: ToolContext, args: SimilarArgs) -> Any:
    known = await context.port(TicketDesk).find(Search(limit=_LOOKED_AT, newest=True))
    others = [ticket for ticket in known if ticket.id != args.apart_from]
    return [
        {
            "ticket": ticket.id,
            "subject": ticket.subject[:200],
            "queue": ticket.queue,
            "url": ticket.url,
            "similarity": round(alike, 3),
        }
        for ticket, alike in rank(args.text, others)
    ]


def rank(text: str, tickets: list[Ticket]) -> list[tuple[Ticket, float]]:
    """The tickets most like a text, at most five, with how alike they are from 0 to 1."""
    stems = stems_of(text)
    weight = rarity([ticket.text for ticket in tickets])
    scored = [(ticket, overlap(stems, stems_of(ticket.text), weight)) for ticket in tickets]
    close = [(ticket, alike) for ticket, alike in scored if alike >= _ALIKE]
    return sorted(close, key=lambda pair: (-pair[1], -pair[0].id))[:_SHOWN]


find_similar = Tool(
    name="find_similar",
    title="Find tickets like a text",
    target="ticket desk",
    access=Access.READ,
    args=SimilarArgs,
    run=_find,
    question=lambda _: "Look for similar tickets?",
    verb=lambda _: "Look for similar",
)
