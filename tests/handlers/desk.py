"""A whole Slack edge without sockets: the real Bolt app, the real database, and a transport that only writes down.

What Slack would send goes in as a payload; what would go back is the acknowledgement, the dialogs that were opened, and the
outbox, rendered and checked against Slack's limits.
"""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import Field
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError

from agents.core.clock import FakeClock
from agents.core.contract import Access, AgentSpec, Record, Registry, Tier, Tool, ToolContext, Trigger
from agents.core.ids import EffectId, EnvelopeId, EscalationId, JobId, PersonId, person_id
from agents.core.job import Evidence, Source
from agents.core.people import Person, PersonKind
from agents.core.policy import AgentPolicy, People, Policy
from agents.core.records import EffectState, EscalationKind, EscalationRecord, OutboxRecord
from agents.core.status import JobStatus, WaitKind
from handlers import operations
from handlers.blocks.check import problems_of_message, problems_of_view
from handlers.deps import Delivery, Deps
from handlers.register import register
from handlers.rendering import Rendered, context_for, render
from storage import envelopes, escalations, jobs, journal, outbox
from storage.sqlite import SqliteStore
from storage.store import Tx
from storage.tables import metadata

TEAM, BOT, APP = "T0LOCAL", "U0CALMOPS", "A0CALMOPS"
PEOPLE = {
    "ana": Person(id=person_id(TEAM, "U0ANA"), kind=PersonKind.MEMBER, name="ana", groups=frozenset({"S0SUPPORT"})),
    "bo": Person(
        id=person_id(TEAM, "U0BO"), kind=PersonKind.MEMBER, name="bo", groups=frozenset({"S0BILLING", "S0OPS"})
    ),
    "cho": Person(id=person_id(TEAM, "U0CHO"), kind=PersonKind.MEMBER, name="cho"),
    "dee": Person(id=person_id(TEAM, "U0DEE"), kind=PersonKind.MEMBER, name="dee", groups=frozenset({"S0OPS"})),
    "gus": Person(id=person_id(TEAM, "U0GUS"), kind=PersonKind.GUEST, name="gus"),
    "eve": Person(id=person_id("T0OTHER", "U0EVE"), kind=PersonKind.EXTERNAL, name="eve"),
    "lost": Person(id=person_id(TEAM, "U0LOST"), kind=PersonKind.MEMBER, name="lost", groups=None),
}


class Assign(Record):
    """What the test agent proposes."""

    ticket: int = Field(title="Ticket")
    queue: str = Field(title="Queue", json_schema_extra={"enum": ["Billing", "Intake", "Shipping"]})
    priority: int = Field(default=3, title="Priority", ge=1, le=5, description="1 is the most urgent.")
    note: str = Field(default="", title="Note")


class Request(Record):
    text: str = Field(min_length=1)


async def _nothing(*_: Any) -> Any:
    return None


async def _undo(_: ToolContext, __: Assign, ___: Any) -> None:
    return None


ASSIGN: Tool[Assign] = Tool(
    name="assign",
    title="Assign a ticket",
    target="Helpdesk",
    access=Access.WRITE,
    args=Assign,
    run=_nothing,
    question=lambda args: f"Assign ticket {args.ticket} to {args.queue}?",
    verb=lambda args: f"Assign to {args.queue}",
    undo=_undo,
    locked=frozenset({"ticket"}),
)
ERASE: Tool[Assign] = Tool(
    name="erase",
    title="Erase a ticket",
    target="Helpdesk",
    access=Access.IRREVERSIBLE,
    args=Assign,
    run=_nothing,
    question=lambda args: f"Erase ticket {args.ticket} for good?",
    verb=lambda _: "Erase",
)
SORTER: AgentSpec[Request, Request] = AgentSpec(
    name="sorter",
    title="Sorter",
    purpose="Puts tickets into queues.",
    version="1",
    owner="support",
    input=Request,
    output=Request,
    run=_nothing,
    tools=(ASSIGN, ERASE),
    triggers=frozenset({Trigger.COMMAND, Trigger.MESSAGE, Trigger.SHORTCUT}),
    summary=lambda request: request.text[:80],
    from_text=lambda text: Request(text=text),
)
POLICY = Policy(
    operators=People(groups=frozenset({"S0OPS"})),
    agents={
        "sorter": AgentPolicy(
            owner=People(users=frozenset({"U0ANA"})),
            approvers=People(users=frozenset({"U0ANA"}), groups=frozenset({"S0BILLING"})),
            channels=frozenset({"C0SUPPORT"}),
        )
    },
)


class FakeDirectory:
    """Knows the people above."""

    async def person(self, person: PersonId, *, fresh: bool = False) -> Person:
        known = next((one for one in PEOPLE.values() if one.id == person), None)
        return known or Person(id=person, kind=PersonKind.UNKNOWN, groups=None)

    async def channel_name(self, channel: str) -> str:
        return f"#{channel.lower()}"


@dataclass
class FakeWeb:
    """Slack's Web API as far as listeners call it: dialogs. Refuses what Slack would refuse for its limits."""

    opened: list[dict[str, Any]] = field(default_factory=list)
    history: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    refuses: str | None = None

    async def views_open(self, *, trigger_id: str, view: dict[str, Any]) -> dict[str, Any]:
        return self._take(trigger_id, view)

    async def views_push(self, *, trigger_id: str, view: dict[str, Any]) -> dict[str, Any]:
        return self._take(trigger_id, view)

    async def views_update(self, *, view_id: str, view: dict[str, Any], hash: str | None = None) -> dict[str, Any]:  # noqa: A002
        return self._take(view_id, view)

    async def conversations_history(self, *, channel: str, latest: str, **_: Any) -> dict[str, Any]:
        found = self.history.get((channel, latest))
        return {"ok": True, "messages": [found] if found else []}

    def _take(self, permission: str, view: dict[str, Any]) -> dict[str, Any]:
        if self.refuses:
            raise SlackApiError("refused", {"ok": False, "error": self.refuses})  # type: ignore[arg-type]
        assert permission
        assert [str(problem) for problem in problems_of_view(view)] == []
        self.opened.append(view)
        return {"ok": True, "view": {"id": f"V{len(self.opened)}"}}


@dataclass
class Desk:
    """Sends what Slack would send, and shows what people would see."""

    store: SqliteStore
    clock: FakeClock
    deps: Deps
    app: AsyncApp
    web: FakeWeb
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    async def send(self, who: str, kind: str, body: dict[str, Any]) -> Any:
        """Delivers one payload; returns the acknowledgement's body. Raises AssertionError when nobody acknowledged, or when
        the listener left the envelope open though it wrote."""
        number = next(self.numbers)

        def keep(tx: Tx) -> EnvelopeId:
            return envelopes.store(tx, key=f"k{number}", envelope_id=f"e{number}", kind=kind, payload=body)[0].id

        delivery = Delivery(id=await self.store.write(keep), kind=kind)
        request = AsyncBoltRequest(
            mode="socket_mode",
            body=body,
            context={"deps": self.deps, "actor": PEOPLE.get(who), "delivery": delivery, "fake_web": self.web},  # type: ignore[arg-type]
        )
        response = await self.app.async_dispatch(request)
        assert response is not None
        assert response.status == 200, response
        return json.loads(response.body) if response.body and response.body.startswith("{") else response.body or {}

    async def command(self, who: str, text: str, *, channel: str = "C0OPS") -> dict[str, Any]:
        """Types `/ops TEXT`. Returns the private answer, checked against Slack's limits."""
        body = {
            "command": "/ops",
            "text": text,
            "channel_id": channel,
            "user_id": who,
            "team_id": TEAM,
            "trigger_id": "t",
        }
        answer: dict[str, Any] = await self.send(who, "slash_commands", body)
        assert answer["response_type"] == "ephemeral"
        assert [str(problem) for problem in problems_of_message(answer["text"], answer["blocks"])] == []
        return answer

    async def press(
        self,
        who: str,
        action: str,
        value: str,
        *,
        at: tuple[str, str] | None = None,
        view: dict[str, Any] | None = None,
        app: str = APP,
        **more: Any,
    ) -> None:
        """Presses a button: on the message `at` (channel, ts), or in `view`."""
        pressed = {"action_id": action, "type": "button", "value": value, **more}
        body: dict[str, Any] = {
            "type": "block_actions",
            "user": {"id": who, "team_id": TEAM},
            "api_app_id": APP,
            "trigger_id": "t",
            "actions": [pressed],
            "container": {},
        }
        if at:
            body["container"] = {"type": "message", "channel_id": at[0], "message_ts": at[1]}
            body["message"] = {"ts": at[1], "app_id": app}
        if view:
            body["view"] = view
        await self.send(who, "interactive", body)

    async def submit(self, who: str, view: dict[str, Any], values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Submits a dialog with `values` by block. Returns the acknowledgement's body."""
        state = {block: {"input": state} for block, state in values.items()}
        filled = {**view, "id": "V1", "state": {"values": state}}
        body = {"type": "view_submission", "user": {"id": who, "team_id": TEAM}, "view": filled, "trigger_id": "t"}
        answer: dict[str, Any] = await self.send(who, "interactive", body)
        return answer

    async def event(self, who: str, **event: Any) -> None:
        """Delivers one event."""
        await self.send(
            who, "events_api", {"type": "event_callback", "event": {"user": who, **event}, "event_id": "Ev"}
        )

    async def sent(self) -> list[tuple[OutboxRecord, Rendered]]:
        """Sends everything that waits in the outbox, in order, and returns it as it was rendered."""
        found = []
        for row in await self.store.read(lambda tx: outbox.due(tx, limit=500)):
            context = await context_for(self.deps, row)
            drawn = await self.store.read(lambda tx, row=row, context=context: render(tx, context, row))
            await self.store.write(lambda tx, row=row: outbox.mark(tx, [row.id], state="sent"))
            if drawn is None:
                continue
            if row.kind in ("post", "update", "ephemeral"):
                assert [str(problem) for problem in problems_of_message(drawn.text, drawn.blocks)] == []
            if drawn.view:
                assert [str(problem) for problem in problems_of_view(drawn.view)] == []
            if row.kind == "post" and row.subject:
                where = (row.channel or "D0", f"{row.id}.0")
                await self.store.write(
                    lambda tx, row=row, drawn=drawn, where=where: outbox.remember(
                        tx, subject=row.subject, role=drawn.role, channel=where[0], ts=where[1]
                    )
                )
            found.append((row, drawn))
        return found

    async def whispers(self) -> list[str]:
        """What was said to single people since the last look, oldest first; everything else is sent too."""
        return [drawn.text for row, drawn in await self.sent() if row.view == "note"]

    async def job(self, *, by: str = "cho", text: str = "Charged twice", agent: str = "sorter") -> JobId:
        """A job that somebody started from a message in the support channel."""
        source = Source(kind="message", channel="C0SUPPORT", ts="100.1")

        def work(tx: Tx) -> JobId:
            spec = self.deps.registry.get(agent)
            return operations.submit(tx, spec, {"text": text}, requester=PEOPLE[by].id, source=source).job_id

        return await self.store.write(work)

    async def question(
        self, *, by: str = "cho", tool: Tool[Any] = ASSIGN, args: dict[str, Any] | None = None, **more: Any
    ) -> EscalationRecord:
        """An open question of a waiting job, with its card posted."""
        job_id = await self.job(by=by)
        given = {"ticket": 482, "queue": "Billing", "priority": 2, "note": ""} | (args or {})

        def work(tx: Tx) -> EscalationRecord:
            jobs.move(tx, job_id, JobStatus.RUNNING)
            read = tool.args.model_validate(given)
            asked = {
                "kind": EscalationKind.APPROVE,
                "name": "call 1",
                "question": tool.question(read),
                "verb": tool.verb(read),
                "because": "The text names an invoice, and the model is not sure enough.",
                "tool": tool.name,
                "args": given,
                "tier": Tier.LOW,
                "evidence": (Evidence(label="Ticket 17", text="invoice charged twice", url="https://desk.example/17"),),
                "confidence": 0.62,
            } | more
            made = operations.escalate(tx, jobs.get(tx, job_id), self.deps.policy().of("sorter"), **asked)
            jobs.move(tx, job_id, JobStatus.WAITING, wait_kind=WaitKind.PERSON, wait_for=f"escalation:{made.id}")
            return made

        made = await self.store.write(work)
        await self.sent()
        return made

    async def done(self, escalation: EscalationRecord, *, undo_seconds: float = 0.0) -> None:
        """What the engine writes once an approved call has run."""

        def work(tx: Tx) -> None:
            made = journal.intend(
                tx,
                escalation.job_id,
                escalation.name,
                key=f"key{escalation.id}",
                tool=escalation.tool or "",
                access="write",
                args=escalation.final_args,
                digest=escalation.digest,
                escalation_id=escalation.id,
            )
            until = tx.now + undo_seconds if undo_seconds else None
            journal.settle_effect(tx, EffectId(made.id), EffectState.DONE, undo_until=until)
            operations.repaint(tx, escalation.id)

        await self.store.write(work)

    async def card_at(self, escalation: EscalationRecord) -> tuple[str, str]:
        """Where the card of a question is."""
        return (await self.store.read(lambda tx: outbox.places(tx, f"escalation:{escalation.id}", "card")))[0]

    async def now(self, escalation: EscalationRecord) -> EscalationRecord:
        """The question as it is stored now."""
        return await self.store.read(lambda tx: escalations.get(tx, EscalationId(escalation.id)))


async def open_desk(folder: Path, *, policy: Policy = POLICY, registry: Registry | None = None) -> Desk:
    """A desk with an empty database."""
    clock = FakeClock()
    store = SqliteStore(folder / "desk.db", clock, synchronous="NORMAL")
    await store.write(lambda tx: metadata.create_all(tx.connection))
    deps = Deps(
        store=store,
        registry=registry or Registry([SORTER]),
        policy=lambda: policy,
        people=FakeDirectory(),
        clock=clock,
        app_id=APP,
        bot_user=BOT,
        team=TEAM,
    )

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token="xoxb-local", bot_user_id=BOT)

    app = AsyncApp(
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )

    async def transport(context: Any, next: Any) -> Any:
        context["client"] = context["fake_web"]
        return await next()

    app.use(transport)
    register(app)
    return Desk(store=store, clock=clock, deps=deps, app=app, web=FakeWeb())


def words_in(blocks: Any) -> str:
    """All text of blocks in reading order, for asserting what a person reads."""
    match blocks:
        case str():
            return blocks
        case {"type": "user", "user_id": who}:
            return f"@{who}"
        case {"type": "usergroup", "usergroup_id": which}:
            return f"@{which}"
        case {"type": "date", "fallback": when}:
            return str(when)
        case dict():
            inner = [
                blocks[name]
                for name in (
                    "title",
                    "text",
                    "label",
                    "hint",
                    "element",
                    "elements",
                    "fields",
                    "accessory",
                    "options",
                    "submit",
                    "blocks",
                )
                if name in blocks
            ]
            return " ".join(filter(None, (words_in(one) for one in inner)))
        case list():
            return " ".join(filter(None, (words_in(one) for one in blocks)))
        case _:
            return ""
