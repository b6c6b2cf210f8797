"""`calmops inbox`, `question`, `approve`, `reject`, `choose`: decide at this machine what Slack would ask."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.output import say, say_json
from bot.cli.session import Data, Json, operator, with_bot
from bot.cli.shapes import moment, plain, question_line

if TYPE_CHECKING:
    from agents.core.ids import EscalationId
    from agents.core.records import EscalationRecord, Verdict
    from bot.app import Bot

Number = Annotated[str, typer.Argument(metavar="QUESTION", help="A question, such as E17.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; the requester reads it.")]
Version = Annotated[int | None, typer.Option("--version", help="Only if the question is still at this version.")]


def add_to(app: typer.Typer) -> None:
    app.command("inbox")(inbox)
    app.command("question")(show_question)
    app.command("approve")(approve)
    app.command("reject")(reject)
    app.command("choose")(choose)


def inbox(
    agent: Annotated[str | None, typer.Option(help="Only this agent's questions.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """List the open questions, the riskiest and then the most urgent first."""
    from storage import escalations

    async def work(bot: "Bot") -> "list[EscalationRecord]":
        found = await bot.store.read(lambda tx: escalations.pending(tx, limit=500))
        return [one for one in found if agent in (None, one.agent)]

    found = sorted(with_bot(data, work), key=lambda one: (-one.tier.rank, one.expires_at))
    if json:
        say_json([plain(one) for one in found])
        return
    for one in found:
        say(question_line(one))
    if not found:
        say("Nothing waits for a decision.")


def show_question(question: Number, data: Data = None, json: Json = False) -> None:
    """Show one question with every argument of what is proposed."""
    found = with_bot(data, lambda bot: _question(bot, read_question(question)))
    if json:
        say_json(plain(found))
        return
    say(f"E{found.id}  {found.question}")
    say(f"  job        J{found.job_id} of {found.agent}, asked for by {found.requester}")
    say(f"  state      {found.state}, version {found.version}, until {moment(found.expires_at)}")
    say(f"  risk       {found.tier}")
    say(f"  because    {found.because}")
    if found.tool:
        say(f"  calls      {found.tool}")
    for name, value in found.final_args.items():
        say(f"    {name} = {value!r}")
    for piece in found.evidence:
        say(f"  evidence   {piece.label}: {piece.text}")
    if found.choices:
        say(f"  choices    {', '.join(found.choices)}")


def approve(
    question: Number,
    edit: Annotated[list[str] | None, typer.Option(help="Approve with NAME=VALUE changed; several times.")] = None,
    reason: Reason = "",
    version: Version = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Approve what a question proposes, as it stands or with edits."""
    from agents.core.records import Verdict

    edits = _edits(edit)
    _answer(question, Verdict.APPROVED, "Approved", reason=reason, edits=edits, version=version, data=data, json=json)


def reject(
    question: Number, reason: Reason = "", version: Version = None, data: Data = None, json: Json = False
) -> None:
    """Reject what a question proposes."""
    from agents.core.records import Verdict

    _answer(question, Verdict.REJECTED, "Rejected", reason=reason, version=version, data=data, json=json)


def choose(
    question: Number,
    choice: Annotated[str, typer.Argument(help="One of its choices.")],
    version: Version = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Answer a question that offers choices."""
    from agents.core.records import Verdict

    _answer(question, Verdict.CHOSEN, "Answered", choice=choice, version=version, data=data, json=json)


def read_question(text: str) -> "EscalationId":
    """`E17` or `17`. Raises `InvalidInput`."""
    from handlers.ids import read_escalation

    return read_escalation(text)


async def _question(bot: "Bot", number: "EscalationId") -> "EscalationRecord":
    from storage import escalations

    return await bot.store.read(lambda tx: escalations.get(tx, number))


def _edits(pairs: list[str] | None) -> dict[str, str] | None:
    from agents.core.errors import InvalidInput

    if not pairs:
        return None
    edits = dict(pair.partition("=")[::2] for pair in pairs)
    if any("=" not in pair for pair in pairs):
        raise InvalidInput("Write an edit as NAME=VALUE, for example --edit priority=high.")
    return edits


def _answer(
    question: str,
    verdict: "Verdict",
    word: str,
    *,
    reason: str = "",
    edits: dict[str, Any] | None = None,
    choice: str | None = None,
    version: int | None = None,
    data: Any,
    json: bool,
) -> None:
    from handlers import operations
    from handlers.operations import Answer

    number = read_question(question)

    async def work(bot: "Bot") -> Any:
        from bot.engine.asking_edge import EdgeDesk, EdgePeople

        desk = EdgeDesk(bot.store)
        bot.wake.on("worker", desk.rung)
        seen = await _question(bot, number)
        policy = bot.config.policy()
        hearing = await operations.hear(bot.store, EdgePeople(desk), policy, operator(), number)
        changed = seen.final_args | edits if edits else None
        answer = Answer(
            verdict=verdict,
            version=version or seen.version,
            door="cli",
            reason=reason,
            edits=changed,
            choice=choice,
            reviewed=True,
        )
        return await bot.store.write(
            lambda tx: operations.decide(
                tx, policy, number, hearing.person, answer, registry=bot.registry, voters=hearing.voters
            )
        )

    done = with_bot(data, work)
    if json:
        say_json({"complete": done.complete, "missing": done.missing, "question": plain(done.escalation)})
    elif done.complete:
        say(f"{word}: E{done.escalation.id} {done.escalation.question}")
    else:
        say(f"Counted for E{done.escalation.id}; {done.missing or 'another'} more needed.")
