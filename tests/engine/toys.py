"""Agents and tools small enough to see at once what they do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from agents.core.contract import Access, AgentSpec, Budget, Lane, Mode, Probe, Record, Tier, Tool, ToolContext
from agents.core.job import Job


class Note(Record):
    """Any short input."""

    text: str = "hello"


class Said(Record):
    """Any short output."""

    text: str


class Paint(Record):
    """The arguments of the painting tools."""

    wall: int
    colour: str = "blue"


@dataclass
class Shop:
    """What the tools act on: every call that reached it, and what it answers to the next ones."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    next_errors: list[Exception] = field(default_factory=list)
    version: str = "v1"
    probe: Probe = Probe.UNKNOWN

    async def paint(self, context: ToolContext, args: Paint) -> dict[str, Any]:
        """Counts the call, then fails if told to: as a target that did its work before the connection broke."""
        self.calls.append((context.effect_key, args.model_dump()))
        if self.next_errors:
            raise self.next_errors.pop(0)
        return {"painted": args.wall}


async def _paint(context: ToolContext, args: Paint) -> dict[str, Any]:
    return await context.port(Shop).paint(context, args)


async def _version(context: ToolContext, args: Paint) -> str:
    return context.port(Shop).version


async def _probe(context: ToolContext, args: Paint) -> Probe:
    return context.port(Shop).probe


async def _unpaint(context: ToolContext, args: Paint, result: Any) -> None:
    context.port(Shop).calls.append(("undo", args.model_dump()))


def _question(args: Paint) -> str:
    return f"Paint wall {args.wall} {args.colour}?"


def _verb(args: Paint) -> str:
    return f"Paint it {args.colour}"


def tool(name: str, **values: Any) -> Tool[Paint]:
    """A painting tool; without anything said it writes, and its target knows no keys."""
    return Tool(
        **{
            "name": name,
            "title": "Paint a wall",
            "target": "shop",
            "access": Access.WRITE,
            "args": Paint,
            "run": _paint,
            "question": _question,
            "verb": _verb,
            **values,
        }
    )


look = tool("shop.look", access=Access.READ)
paint = tool("shop.paint")
keyed = tool("shop.keyed", keyed=True)
probed = tool("shop.probed", probe=_probe)
versioned = tool("shop.versioned", version=_version, record=lambda args: f"wall {args.wall}")
undoable = tool("shop.undoable", undo=_unpaint)
risky = tool("shop.risky", tier=Tier.HIGH)
foreign = tool("shop.foreign")
TOOLS = (look, paint, keyed, probed, versioned, undoable, risky)


def agent(run: Callable[[Job, Note], Awaitable[Said]], name: str = "toy", **values: Any) -> AgentSpec[Note, Said]:
    """An agent around one function. It may act alone unless `mode` says otherwise."""
    return AgentSpec(
        **{
            "name": name,
            "title": name.capitalize(),
            "purpose": "Shows what the engine does.",
            "version": "1",
            "owner": "ops",
            "input": Note,
            "output": Said,
            "run": run,
            "tools": TOOLS,
            "lane": Lane.FAST,
            "mode": Mode.AUTO,
            "deadline": timedelta(hours=1),
            "budget": Budget(),
            **values,
        }
    )
