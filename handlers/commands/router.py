"""Finds the subcommand and answers, also when something is wrong."""

from agents.core.errors import CalmopsError
from handlers.commands.call import Call
from handlers.commands.help import find, overview
from handlers.commands.table import SUBCOMMANDS
from handlers.errors import sentence_for
from handlers.replies import Reply
from storage.store import Tx


async def answer(call: Call) -> Reply:
    """The answer to what was typed. Errors that we know become their sentence; others are Bolt's error handler's."""
    word = call.words.first.lower()
    if not word:
        return await call.say(overview(SUBCOMMANDS))
    found = find(SUBCOMMANDS, word)
    if found is None:
        return await call.say(overview(SUBCOMMANDS, unknown=call.words.first))
    try:
        return await found.run(call.with_words(call.words.after_first()))
    except CalmopsError as error:
        return await refused(call, found.name, error)


async def refused(call: Call, name: str, error: CalmopsError) -> Reply:
    """Says why nothing happened, and keeps that it was asked for."""
    reply = Reply(text=sentence_for(error, call.actor.id))

    def note(tx: Tx) -> Reply:
        tx.audit("command.refused", actor=call.actor.id, command=name, code=error.code)
        return reply

    return await call.write(note)
