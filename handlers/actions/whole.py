"""Shows all of a view that had to be shortened."""

from agents.core.errors import InvalidInput, NotFound
from agents.core.records import OutboxRecord
from handlers.actions.press import Press
from handlers.blocks.whole import whole_dialog
from handlers.rendering import Rendered, context_for, render
from storage import outbox

GONE = "This is no longer kept in full. `/ops job` and `/ops inbox` show how it stands now."


async def handle_whole(press: Press) -> None:
    """Draws the same row again, as it stands now. Only who reads the shortened view may read all of it."""
    number = int(press.value) if press.value.isdecimal() and len(press.value) < 16 else 0
    row = await press.deps.store.read(lambda tx: outbox.find(tx, number))
    if row is None:
        raise NotFound(GONE)
    if not _reads(press, row):
        raise InvalidInput("I do not know this button. Please use the current message.")
    drawn = await draw(press, row)
    if drawn is None:
        raise NotFound(GONE)
    await press.open(whole_dialog(drawn.text, drawn.blocks or (drawn.view or {}).get("blocks", [])))
    await press.write(lambda _: None)


async def draw(press: Press, row: OutboxRecord) -> Rendered | None:
    """What the row says, uncut."""
    context = await context_for(press.deps, row)
    return await press.deps.store.read(lambda tx: render(tx, context, row))


def _reads(press: Press, row: OutboxRecord) -> bool:
    """Whether the button was pressed where the row went: its channel, else its person."""
    return row.user == press.actor.id or (row.channel is not None and row.channel == press.channel)
