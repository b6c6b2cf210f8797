"""The Web API: one table of methods."""

from bot.emulator.methods import basics, chat, conversations, members, people, reactions, views
from bot.emulator.methods.call import Method

TABLE: dict[str, Method] = {
    method.name: method
    for family in (basics, chat, conversations, members, people, reactions, views)
    for method in family.METHODS
}
