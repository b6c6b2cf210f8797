"""Reads a thread in Slack, for somebody who may read it."""

from typing import Annotated, Any

from pydantic import Field
from pydantic_core import to_jsonable_python

from agents.core.contract import Access, Record, Tool, ToolContext
from agents.core.conversations import Conversations
from agents.core.errors import NotAllowed
from agents.core.ids import PersonId


class ThreadArgs(Record):
    """Which thread to read, and for whom: nobody gets to see through an agent what they cannot read themselves."""

    channel: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{2,20}$")]
    ts: Annotated[str, Field(pattern=r"^\d{10}\.\d{6}$")]
    reader: Annotated[str, Field(max_length=80)]


async def _read(context: ToolContext, args: ThreadArgs) -> Any:
    conversations = context.port(Conversations)
    if not await conversations.may_read(PersonId(args.reader), args.channel):
        raise NotAllowed("You are not in that channel, or I am not. Ask somebody who is there, or invite me.")
    return to_jsonable_python(list(await conversations.thread(args.channel, args.ts)))


read_thread = Tool(
    name="read_thread",
    title="Read a thread",
    target="Slack",
    access=Access.READ,
    args=ThreadArgs,
    run=_read,
    question=lambda _: "Read this thread?",
    verb=lambda _: "Read the thread",
)
