"""One submitted dialog, read from what Slack sent, and the ways to answer it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from agents.core.errors import CalmopsError
from agents.core.people import Person
from handlers.blocks.dialogs import notice
from handlers.deps import Delivery, Deps
from handlers.errors import sentence_for
from handlers.ids import Held, Ref, read_ref
from handlers.replies import Reply, repaint_home, whisper
from storage import envelopes
from storage.store import Tx

T = TypeVar("T")
Answer = dict[str, Any]
"""The body of the acknowledgement: empty closes the dialog."""
CLOSE: Answer = {}


@dataclass(frozen=True, kw_only=True)
class Submission:
    """`held` is what the dialog remembered; `entered` what stands in its inputs, by block and action."""

    deps: Deps
    actor: Person
    delivery: Delivery
    client: AsyncWebClient
    callback: str
    held: Held
    entered: Mapping[str, Mapping[str, Any]]

    def with_held(self, held: Held) -> "Submission":
        return replace(self, held=held)

    @property
    def ref(self) -> Ref:
        return read_ref(self.held.ref)

    def text(self, block: str) -> str:
        """What was written into a text input."""
        return str(self._state(block).get("value") or "").strip()

    def choice(self, block: str) -> str:
        """The value of the option that was chosen."""
        return str((self._state(block).get("selected_option") or {}).get("value") or "")

    def conversation(self, block: str) -> str:
        """The channel id that was picked."""
        return str(self._state(block).get("selected_conversation") or "")

    def date(self, block: str) -> str:
        """The day that was picked, as `2026-11-21`."""
        return str(self._state(block).get("selected_date") or "")

    def ticked(self, prefix: str) -> list[str]:
        """The values ticked in every list of checkboxes whose block begins with `prefix`, in order."""
        blocks = sorted(block for block in self.entered if block.startswith(prefix))
        return [str(one["value"]) for block in blocks for one in self._state(block).get("selected_options") or ()]

    def person(self, block: str) -> str:
        """The user id that was picked."""
        return str(self._state(block).get("selected_user") or "")

    async def write(
        self, work: Callable[[Tx], T], *, says: Callable[[T], Reply | None] | None = None, answer: Answer = CLOSE
    ) -> Answer:
        """Runs an operation in the transaction that also keeps the answer to this submission."""

        def all_of_it(tx: Tx) -> Answer:
            result = work(tx)
            reply = says(result) if says else None
            if reply and self.held.channel:
                whisper(tx, reply, self.actor.id, channel=self.held.channel, thread_ts=self.held.thread_ts or None)
            return answer

        return await self.write_answer(all_of_it)

    async def write_answer(self, work: Callable[[Tx], Answer]) -> Answer:
        """As `write`, for an answer that only the operation knows. A dialog opened from Home paints that anew."""

        def all_of_it(tx: Tx) -> Answer:
            answer = work(tx)
            if not self.held.channel:
                repaint_home(tx, self.actor)
            envelopes.handled(tx, self.delivery.id, answer)
            return answer

        return await self.deps.store.write(all_of_it)

    async def errors(self, found: Mapping[str, str]) -> Answer:
        """Keeps the dialog open with each error at its field."""
        answer = {"response_action": "errors", "errors": dict(found)}
        await self.deps.store.write(lambda tx: envelopes.handled(tx, self.delivery.id, answer))
        return answer

    async def refuse(self, error: CalmopsError) -> Answer:
        """Shows why nothing happened in place of the dialog."""
        answer = {"response_action": "update", "view": notice(sentence_for(error, self.actor.id))}

        def note(tx: Tx) -> None:
            tx.audit("dialog.refused", actor=self.actor.id, dialog=self.callback, ref=self.held.ref, code=error.code)
            envelopes.handled(tx, self.delivery.id, answer)

        await self.deps.store.write(note)
        return answer

    def _state(self, block: str) -> Mapping[str, Any]:
        return next(iter(self.entered.get(block, {}).values()), {})
