"""`/ops agents`: what each agent is for and how it is doing."""

from handlers.blocks import text as t
from handlers.blocks.agents import agent_line, agent_sheet
from handlers.blocks.elements import Block, context, section
from handlers.commands.call import Call, Subcommand
from handlers.numbers import agent_record, agent_records
from handlers.replies import Reply
from storage.store import Tx

LISTED = 20


async def run(call: Call) -> Reply:
    """All of them in short, or one in full."""
    policy = call.deps.policy()
    if call.words.plain:
        agent = call.deps.registry.get(call.words.first.lower())

        def read_one(tx: Tx) -> Reply:
            return Reply(text=t.escape(agent.title), blocks=agent_sheet(agent_record(tx, policy, agent)))

        return await call.read(read_one)

    def read(tx: Tx) -> Reply:
        found = agent_records(tx, policy, call.deps.registry.all())
        blocks: list[Block] = [
            section(t.mrkdwn("{}\n`/ops run {}`", agent_line(one), one.name)) for one in found[:LISTED]
        ]
        blocks.append(context(t.mrkdwn("`/ops agents NAME` shows one in full.")))
        return Reply(text=t.escape(t.count(len(found), "agent")), blocks=blocks)

    return await call.read(read)


SUBCOMMAND = Subcommand(
    name="agents",
    usage="[AGENT]",
    does="Shows the agents, how much each may do alone, and how often people agree.",
    examples=("/ops agents", "/ops agents triage"),
    run=run,
    aliases=("agent",),
)
