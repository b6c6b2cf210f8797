"""Makes the call that one outbox row asks for, and writes down how it ended."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.errors import Transient
from agents.core.ids import PersonId, person_id, user_of
from agents.core.records import OutboxRecord
from agents.core.report import Chart
from bot.edge import calls
from bot.edge.calls import Place
from bot.edge.outcomes import TRIES, Verdict, judge
from bot.edge.pacing import Pace
from bot.edge.pictures import SETTLE_SECONDS, SETTLE_TRIES, Pictures
from bot.edge.refusals import GONE, STUCK, error_code
from handlers.batching import join
from handlers.deps import Deps
from handlers.fitting import bare, fitted
from handlers.operations.refused import tell_operators
from handlers.operations.undelivered import undelivered
from handlers.rendering import Context, Rendered, context_for, render
from storage import outbox
from storage.store import Tx

log = logging.getLogger(__name__)

SKEW_SECONDS = 300.0
"""How far Slack's clock and ours may differ when we look for a message of ours."""


@dataclass(kw_only=True)
class SendState:
    """What health says about sending."""

    sent: int = 0
    failed: int = 0
    refused: str | None = None


class Deliverer:
    """`owners` names whom to tell when a row can reach nobody: owners of the agent behind it, operators after them.
    Without `pictures` digests are text and table."""

    def __init__(
        self,
        *,
        web: AsyncWebClient,
        deps: Deps,
        pace: Pace,
        steady: Callable[[], float],
        owners: Callable[[OutboxRecord], Awaitable[list[PersonId]]],
        pictures: Pictures | None = None,
    ) -> None:
        self._web = web
        self._deps = deps
        self._store = deps.store
        self._pace = pace
        self._steady = steady
        self._owners = owners
        self._pictures = pictures
        self._rooms: dict[PersonId, str] = {}
        self.state = SendState()

    async def __call__(self, row: OutboxRecord) -> None:
        """Sends `row`, which was claimed before. Raises `Transient` when the database cannot note how it ended."""
        rendered: Rendered | None = None
        places: list[Place] = []
        answer: Any = None
        try:
            if row.kind == "read":
                answer = await self._person(row) if row.view == "person" else await calls.read(self._web, row)
            else:
                context = await context_for(self._deps, row)
                rendered = await self._store.read(lambda tx: _draw(tx, context, row))
                if rendered is not None and rendered.chart is not None and row.kind == "post":
                    row = await self._illustrated(row, rendered.chart)
                    rendered = await self._store.read(lambda tx: _draw(tx, context, row))
                if rendered is not None:
                    rendered = bare(rendered) if row.error == "plain" else fitted(rendered, row)
                    places = await self._make(row, rendered)
        except Transient:
            raise
        except Exception as error:
            await self._failed(row, rendered, error)
        else:
            await self._store.write(lambda tx: self._sent(tx, row, rendered, places, answer))
            self.state.sent += 1
            self._pace.worked(calls.method_of(row))
            self.state.refused = None

    async def _make(self, row: OutboxRecord, rendered: Rendered) -> list[Place]:
        """Makes the call. Returns where new messages are."""
        match row.kind:
            case "post":
                place = await self._place(row)
                if row.state == "sending" and (found := await self._look(row, place)) is not None:
                    return [found]
                return [await calls.post(self._web, row, rendered, place)]
            case "update":
                await self._repaint(row, rendered)
            case "ephemeral" if row.user:
                await calls.whisper(self._web, rendered, await self._place(row), user_of(row.user))
            case "home" if row.user:
                await calls.publish(self._web, rendered, user_of(row.user))
            case "session":
                place = Place(channel=row.channel or "", thread_ts=row.thread_ts)
                await calls.set_session(self._web, rendered, place, user_of(row.user) if row.user else None)
            case "function":
                await calls.finish_step(self._web, rendered, str(row.params["execution"]))
            case kind:
                raise ValueError(f"An outbox row of kind {kind} lacks what it needs.")
        return []

    async def _illustrated(self, row: OutboxRecord, chart: Chart) -> OutboxRecord:
        """The row with the picture of its chart, kept so that another attempt uploads nothing again."""
        file = await self._pictures.file_of(chart) if self._pictures is not None else ""
        row = replace(row, params={**row.params, "picture": file, "picture_alt": chart.alt if file else None})
        await self._store.write(lambda tx: outbox.mark(tx, [row.id], params=row.params))
        return row

    async def _person(self, row: OutboxRecord) -> dict[str, Any]:
        """Looks somebody up for a worker, which has no tokens."""
        found = await self._deps.people.person(PersonId(row.params["person"]), fresh=bool(row.params.get("fresh")))
        return {
            "kind": found.kind,
            "name": found.name,
            "groups": None if found.groups is None else sorted(found.groups),
            "timezone": found.timezone,
            "is_admin": found.is_admin,
        }

    async def _repaint(self, row: OutboxRecord, rendered: Rendered) -> None:
        """Changes every message that shows this. One that is gone is forgotten as long as another shows it."""
        known = await self._store.read(lambda tx: outbox.places(tx, row.subject, rendered.role))
        gone: list[tuple[str, str]] = []
        for channel, ts in known:
            try:
                await calls.change(self._web, rendered, Place(channel=channel, ts=ts))
            except SlackApiError as error:
                if error_code(error) not in GONE | STUCK or len(gone) + 1 == len(known):
                    raise
                gone.append((channel, ts))
        if gone:
            await self._store.write(lambda tx: _forget(tx, gone))

    async def _place(self, row: OutboxRecord) -> Place:
        """Where a row goes: its channel, else the direct conversation with its person, or with the user its channel names."""
        channel = row.channel or ""
        if channel and channel[0] not in "UW":
            return Place(channel=channel, thread_ts=row.thread_ts)
        person = person_id(self._deps.team, channel) if channel else row.user
        if person is None:
            raise calls.NoPlace
        if person not in self._rooms:
            answer = await self._web.conversations_open(users=user_of(person))
            self._rooms[person] = str(answer["channel"]["id"])
        return Place(channel=self._rooms[person], thread_ts=row.thread_ts)

    async def _look(self, row: OutboxRecord, place: Place) -> Place | None:
        """Whether an earlier attempt got through. Without the scope to read there, nobody can say: then it is sent again."""
        try:
            found = await calls.find_own(self._web, row, place, oldest=row.created_at - SKEW_SECONDS)
        except SlackApiError as error:
            if error_code(error) not in ("missing_scope", "not_in_channel", "channel_not_found", "thread_not_found"):
                raise
            log.warning("Cannot look for a message whose reply was lost (%s); it is sent again.", error_code(error),
                        extra={"event": "outbox.blind", "row": row.id})  # fmt: skip
            return None
        log.info("A message whose reply was lost %s.", "is there" if found else "is not there",
                 extra={"event": "outbox.looked", "row": row.id})  # fmt: skip
        return found

    def _sent(self, tx: Tx, row: OutboxRecord, rendered: Rendered | None, places: list[Place], answer: Any) -> None:
        outbox.mark(tx, [row.id], state="sent", sent_at=tx.now, error=None, answer=answer)
        for place in places:
            if row.subject and rendered is not None:
                outbox.remember(tx, subject=row.subject, role=rendered.role, channel=place.channel, ts=place.ts)
        if row.kind == "read":
            tx.wake("worker")

    async def _failed(self, row: OutboxRecord, rendered: Rendered | None, error: Exception) -> None:
        verdict = judge(error, kind=row.kind, attempts=row.attempts, plain=row.error == "plain")
        log.warning(
            "A Slack call did not work (%s); %s.", verdict.error, verdict.next,
            extra={"event": "outbox.refused", "row": row.id, "kind": row.kind, "view": row.view, "attempt": row.attempts},
            exc_info=None if verdict.next != "failed" or isinstance(error, SlackApiError) else error,
        )  # fmt: skip
        if verdict.block:
            self._pace.block(self._steady(), calls.method_of(row), verdict.block)
        if verdict.next == "paused":
            self.state.refused = verdict.error
            self._pace.block(self._steady(), calls.method_of(row), verdict.wait)
        if verdict.next in ("later", "look") and row.attempts >= TRIES and not verdict.block:
            verdict = replace(verdict, next="failed")
        if verdict.next in ("elsewhere", "anew", "failed"):
            await self._give_up(row, rendered, verdict)
            return
        values = self._without_picture(row, verdict) or self._again(row, verdict)
        undrawn = values["error"] == "plain"
        operators = await self._owners(replace(row, job_id=None)) if undrawn else []

        def note(tx: Tx) -> None:
            outbox.mark(tx, [row.id], **values)
            if undrawn:
                tell_operators(tx, row, code=verdict.error, operators=operators)

        await self._store.write(note)

    def _without_picture(self, row: OutboxRecord, verdict: Verdict) -> dict[str, Any] | None:
        """Blocks that Slack refuses: it may not have the picture ready, so wait a little, then do without it."""
        if verdict.next != "plain" or not row.params.get("picture"):
            return None
        if row.attempts < SETTLE_TRIES:
            return {"state": "queued", "not_before": self._deps.clock.now() + SETTLE_SECONDS, "error": verdict.error}
        bare = {**row.params, "picture": "", "picture_alt": None}
        return {"state": "queued", "not_before": self._deps.clock.now(), "error": verdict.error, "params": bare}

    def _again(self, row: OutboxRecord, verdict: Verdict) -> dict[str, Any]:
        now = self._deps.clock.now()
        match verdict.next:
            case "look":
                return {"state": "sending", "not_before": now + verdict.wait, "error": verdict.error}
            case "plain":
                return {"state": "queued", "not_before": now, "error": "plain"}
            case "later" if verdict.block:
                # The pace holds the whole method back; the row keeps its place in front of those behind it.
                return {"state": "queued", "not_before": row.not_before, "error": verdict.error}
            case "paused":
                return {"state": "queued", "not_before": now + verdict.wait, "attempts": 0, "error": verdict.error}
            case _:
                return {"state": "queued", "not_before": now + verdict.wait, "error": verdict.error}

    async def _give_up(self, row: OutboxRecord, rendered: Rendered | None, verdict: Verdict) -> None:
        self.state.failed += 1
        if row.params.get("riders"):
            await self._store.write(lambda tx: outbox.unmerge(tx, row))
        owners = await self._owners(row)
        role = rendered.role if rendered is not None else ""
        await self._store.write(
            lambda tx: undelivered(tx, row, role=role, code=verdict.error, anew=verdict.next == "anew", owners=owners)
        )


def _forget(tx: Tx, places: list[tuple[str, str]]) -> None:
    for channel, ts in places:
        outbox.forget_place(tx, channel=channel, ts=ts)


def _draw(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:
    """What a row says, together with the rows that it carries."""
    drawn = [render(tx, context, one) for one in (row, *outbox.carried(tx, row))]
    parts = [part for part in drawn if part is not None]
    return join(parts) if len(parts) > 1 else next(iter(parts), None)
