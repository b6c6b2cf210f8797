"""`/ops inbox`: the questions that wait for you."""

from handlers.blocks import text as t
from handlers.blocks.elements import Block, bullets, context, paragraph, rich
from handlers.commands.call import Call, Subcommand, says
from handlers.homes import agents_decided_by
from handlers.replies import Reply
from storage import inbox
from storage.store import Tx


async def run(call: Call) -> Reply:
    """Answers with the first ten, critical first, then oldest."""

    def read(tx: Tx) -> Reply:
        agents = agents_decided_by(call.deps.registry, call.deps.policy(), call.actor)
        found = inbox.waiting_for(tx, call.actor.id, agents=agents, agent=call.words.first or None)
        if not found.total:
            return says("Nothing waits for you.")
        head = f"{t.count(found.total, 'question waits', 'questions wait')} for you"
        lines = []
        for one in found.entries:
            asked = t.clip(" ".join(one.question.split()), 200)
            lines.append(
                [t.words(f"E{one.id} ", bold=True), t.words(f"{asked} · {one.agent} · due "), t.moment(one.expires_at)]
            )
        blocks: list[Block] = [rich(paragraph(t.words(head, bold=True)), bullets(*lines))]
        first = f"E{found.entries[0].id}"
        blocks.append(
            context(
                t.mrkdwn(
                    "`/ops approve {}` or `/ops reject {} REASON` decides one; my Home tab has them all.", first, first
                )
            )
        )
        return Reply(text=t.escape(head), blocks=blocks)

    return await call.read(read)


SUBCOMMAND = Subcommand(
    name="inbox",
    usage="[AGENT]",
    does="Shows what waits for your decision.",
    examples=("/ops inbox", "/ops inbox triage"),
    run=run,
    aliases=("approvals", "pending", "waiting"),
)
