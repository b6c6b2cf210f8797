"""`/ops autonomy`: how much an agent may do alone."""

from agents.core.contract import Mode
from agents.core.errors import InvalidInput
from handlers import operations
from handlers.blocks import text as t
from handlers.blocks.agents import MODES, agent_sheet
from handlers.commands.call import Call, Subcommand, says
from handlers.commands.words import near
from handlers.deciding import heard
from handlers.numbers import agent_record
from handlers.replies import Reply
from storage.store import Tx


async def run(call: Call) -> Reply:
    """`triage` shows it; `triage auto billing/low` sets it, for owners."""
    if not call.words.plain:
        raise call.needed("agent", "autonomy triage")
    agent = call.deps.registry.get(call.words.first.lower())
    policy = call.deps.policy()
    words = call.words.plain[1:]
    if not words:

        def read(tx: Tx) -> Reply:
            return Reply(text=t.escape(agent.title), blocks=agent_sheet(agent_record(tx, policy, agent)))

        return await call.read(read)
    mode, case_type = read_mode(words[0]), " ".join(words[1:]) or call.words.named.get("case", "")
    hearing = await heard(call.deps, call.actor)

    def work(tx: Tx) -> Reply:
        reason = call.words.named.get("reason", "")
        before = operations.set_mode(tx, policy, agent, case_type, mode, hearing.person, reason=reason)
        kind = f"{agent.title} for {case_type}" if case_type else agent.title
        return says("{} {} from now on. Before it was {}.", kind, MODES[mode], str(before))

    return await call.write(work)


def read_mode(word: str) -> Mode:
    """Raises `InvalidInput` that lists the modes."""
    try:
        return Mode(word.lower())
    except ValueError:
        meant = near(word, list(Mode))
        guess = f" Did you mean {meant[0]}?" if meant else ""
        raise InvalidInput(
            f"“{word}” is no mode.{guess} Modes: shadow (practises), review (asks first), auto (acts alone)."
        ) from None


SUBCOMMAND = Subcommand(
    name="autonomy",
    usage="AGENT [shadow | review | auto] [CASE TYPE]",
    does="Shows or sets how much an agent may do alone.",
    examples=("/ops autonomy triage", "/ops autonomy triage review", "/ops autonomy triage auto billing/low"),
    run=run,
    aliases=("mode",),
)
