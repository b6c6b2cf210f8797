"""Opens a dialog about one question."""

from collections.abc import Callable

from handlers.actions.press import Press
from handlers.blocks.card import Card
from handlers.blocks.elements import Block
from handlers.cards import load_card
from handlers.deciding import heard
from handlers.ids import Held
from handlers.operations.decide import refuse_closed
from handlers.operations.look import look_closer
from storage.store import Tx


async def open_on_card(press: Press, draw: Callable[[Card, Held], Block], *, only_open: bool = True) -> None:
    """Reads the question and opens `draw`'s dialog over it. With `only_open=False` closed questions can be read too.

    Raises, with the sentence to show, when it is closed, when the person sees an older picture of it, or when it would show
    what is masked in the channel to somebody who does not decide.
    """
    policy = press.deps.policy()

    def read(tx: Tx) -> Card:
        press.check_place(tx)
        return load_card(tx, press.deps.registry, policy, press.ref.id)

    card = await press.deps.store.read(read)
    if only_open:
        refuse_closed(card.escalation, press.ref.version)
    masked = frozenset(one.name for one in card.shown if one.sensitive)
    if masked:
        person = (await heard(press.deps, press.actor, press.ref.id)).person
        await press.deps.store.write(lambda tx: look_closer(tx, policy, card.escalation, person, masked=masked))
    held = Held(ref=card.ref, channel=press.channel or "", ts=press.ts or "", thread_ts=press.thread_ts or "")
    await press.open(draw(card, held))
    await press.write(lambda _: None)
