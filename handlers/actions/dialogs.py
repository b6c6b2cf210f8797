"""Opens a dialog about one question."""

from collections.abc import Callable

from handlers.actions.press import Press
from handlers.blocks.card import Card
from handlers.blocks.elements import Block
from handlers.cards import load_card
from handlers.ids import Held
from handlers.operations.decide import refuse_closed
from storage.store import Tx


async def open_on_card(press: Press, draw: Callable[[Card, Held], Block], *, only_open: bool = True) -> None:
    """Reads the question and opens `draw`'s dialog over it. Raises, with the sentence to show, when it is closed or the
    person sees an older picture of it; with `only_open=False` closed questions can be read too."""
    policy = press.deps.policy()

    def read(tx: Tx) -> Card:
        press.check_place(tx)
        return load_card(tx, press.deps.registry, policy, press.ref.id)

    card = await press.deps.store.read(read)
    if only_open:
        refuse_closed(card.escalation, press.ref.version)
    held = Held(ref=card.ref, channel=press.channel or "", ts=press.ts or "", thread_ts=press.thread_ts or "")
    await press.open(draw(card, held))
    await press.write(lambda _: None)
