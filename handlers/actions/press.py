"""One press of a button or choice in a menu, read from what Slack sent, and the ways to answer it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.errors import CalmopsError, InvalidInput
from agents.core.people import Person
from handlers.blocks.dialogs import notice
from handlers.blocks.elements import Block
from handlers.deps import Delivery, Deps
from handlers.errors import sentence_for
from handlers.fitting import fitted_dialog
from handlers.ids import Action, Ref, known_as, read_held, read_ref
from handlers.replies import Reply, repaint_home, whisper
from handlers.showing import show_dialog
from storage import envelopes, outbox
from storage.store import Tx

T = TypeVar("T")
log = logging.getLogger(__name__)

CARRY_MORE = (Action.CHOOSE, Action.MORE)
"""Actions whose value names a choice behind the reference."""


@dataclass(frozen=True, kw_only=True)
class Press:
    """`value` is what the button or the chosen option carries. `channel` and `ts` say which message it stands on;
    `view` is the modal or Home when it stands there."""

    deps: Deps
    actor: Person
    delivery: Delivery
    client: AsyncWebClient
    action: str
    unique: str
    value: str
    chosen: Mapping[str, Any]
    trigger_id: str
    channel: str | None
    ts: str | None
    thread_ts: str | None
    from_us: bool
    view: Mapping[str, Any] | None

    @property
    def ref(self) -> Ref:
        """The question the button stands for. Raises `InvalidInput` for a value that we never wrote."""
        parts = self.value.split(".")
        return read_ref(".".join(parts[:2]) if self.action in CARRY_MORE else self.value)

    @property
    def extra(self) -> str:
        """What follows the reference in a value: the number of a choice, the word of a menu."""
        return ".".join(self.value.split(".")[2:])

    @property
    def message(self) -> str | None:
        """Channel and ts of the message pressed, for the record."""
        return f"{self.channel}/{self.ts}" if self.channel and self.ts else None

    @property
    def on_home(self) -> bool:
        return bool(self.view and self.view.get("type") == "home")

    async def write(
        self,
        work: Callable[[Tx], T],
        *,
        says: Callable[[T], Reply | None] | None = None,
        place: Mapping[str, Any] | None = None,
    ) -> T:
        """Runs an operation in the transaction that also marks this press as handled, so that it happens once. A press
        on somebody's Home paints it anew where it stands, or at `place` (page, agent)."""

        def all_of_it(tx: Tx) -> T:
            result = work(tx)
            reply = says(result) if says else None
            if reply and self.channel:
                whisper(tx, reply, self.actor.id, channel=self.channel, thread_ts=self.thread_ts)
            if self.on_home:
                repaint_home(tx, self.actor, **self._home(place))
            envelopes.handled(tx, self.delivery.id)
            return result

        return await self.deps.store.write(all_of_it)

    def _home(self, place: Mapping[str, Any] | None) -> dict[str, Any]:
        """Where Home stands after this press: a new filter begins at the first page."""
        if place and "agent" in place:
            return {"agent": place["agent"], "page": 0}
        held = read_held(str((self.view or {}).get("private_metadata", "")))
        return {"agent": held.name, "page": held.page, **(place or {})}

    async def refuse(self, error: CalmopsError) -> None:
        """Tells the person why nothing happened; the card stays as it is."""
        sentence = sentence_for(error, self.actor.id)

        def note(tx: Tx) -> None:
            tx.audit("press.refused", actor=self.actor.id, action=self.action, value=self.value[:200], code=error.code)
            if self.channel:
                whisper(tx, Reply(text=sentence), self.actor.id, channel=self.channel, thread_ts=self.thread_ts)
            if self.on_home:
                repaint_home(tx, self.actor, **self._home(None))
            envelopes.handled(tx, self.delivery.id)

        await self.deps.store.write(note)
        if not self.channel:
            await self.open(notice(sentence))

    async def open(self, view: Block) -> str | None:
        """Opens a dialog over what the person sees. Returns its id; None when Slack's permission had run out."""
        pushed = bool(self.view and self.view.get("type") == "modal")
        call = self.client.views_push if pushed else self.client.views_open
        return await show_dialog(call, view, trigger_id=self.trigger_id)

    async def update_view(self, view: Block) -> None:
        """Shows another content in the dialog that the press came from, if it did. One that was closed is not an error."""
        if not self.view or self.view.get("type") != "modal":
            return
        try:
            await self.client.views_update(
                view_id=self.view["id"], hash=self.view.get("hash"), view=fitted_dialog(view)
            )
        except SlackApiError as error:
            log.info("A dialog was gone: %s", error.response.get("error"), extra={"event": "view.gone"})

    def check_place(self, tx: Tx) -> bool:
        """Whether the message pressed is known as a card of this question. Raises `InvalidInput` for a message that is
        not ours: another app can post a look-alike."""
        if not self.channel or not self.ts:
            return True
        if (self.channel, self.ts) in outbox.places(tx, f"escalation:{self.ref.id}", "card"):
            return True
        if not self.from_us:
            raise InvalidInput("This button is not one of mine, so your click changed nothing.")
        return False

    def check_card(self, tx: Tx) -> None:
        """As `check_place`; a card of ours whose place was lost is found again by the press on it."""
        if not self.check_place(tx) and self.channel and self.ts:
            outbox.remember(tx, subject=f"escalation:{self.ref.id}", role="card", channel=self.channel, ts=self.ts)


def read_press(
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    *,
    deps: Deps,
    actor: Person,
    delivery: Delivery,
    client: AsyncWebClient,
) -> Press:
    """Reads Slack's `block_actions` payload."""
    container = body.get("container", {})
    message = body.get("message") or {}
    chosen = action.get("selected_option") or {}
    return Press(
        deps=deps,
        actor=actor,
        delivery=delivery,
        client=client,
        action=known_as(str(action.get("action_id", ""))),
        unique=str(action.get("action_id", "")).partition("#")[2],
        value=str(action.get("value") or chosen.get("value") or ""),
        chosen=action,
        trigger_id=str(body.get("trigger_id", "")),
        channel=container.get("channel_id") or (body.get("channel") or {}).get("id"),
        ts=container.get("message_ts") or message.get("ts"),
        thread_ts=message.get("thread_ts") or container.get("thread_ts"),
        from_us=message.get("app_id") == deps.app_id
        or (body.get("api_app_id") == deps.app_id and "app_id" not in message),
        view=body.get("view"),
    )
