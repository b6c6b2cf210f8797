"""The Web API: one table of methods."""

from bot.emulator.methods import (
    agents,
    basics,
    chat,
    conversations,
    files,
    functions,
    members,
    people,
    reactions,
    scheduled,
    streams,
    views,
)
from bot.emulator.methods.call import Method

FAMILIES = (
    basics, chat, scheduled, streams, conversations, members, people, views, reactions, files, agents, functions,
)  # fmt: skip
TABLE: dict[str, Method] = {method.name: method for family in FAMILIES for method in family.METHODS}
