"""`/ops help`: what there is, and each word in detail."""

from collections.abc import Sequence

from handlers.blocks import text as t
from handlers.blocks.elements import Block, context, section
from handlers.commands.call import Call, Subcommand
from handlers.commands.words import near
from handlers.replies import Reply


def subcommand(table: Sequence[Subcommand]) -> Subcommand:
    """The help for the subcommands in `table`, and for itself."""
    known = [*table]

    async def run(call: Call) -> Reply:
        word = call.words.first.lower()
        found = find(known, word) if word else None
        reply = about(found) if found else overview(known, unknown=word)
        return await call.say(reply)

    mine = Subcommand(
        name="help",
        usage="[WORD]",
        does="Lists what I understand, or explains one word.",
        examples=("/ops help", "/ops help run"),
        run=run,
        aliases=("?", "usage", "commands"),
    )
    known.append(mine)
    return mine


def find(table: Sequence[Subcommand], word: str) -> Subcommand | None:
    """The subcommand of that name or alias."""
    return next((one for one in table if word == one.name or word in one.aliases), None)


def overview(table: Sequence[Subcommand], *, unknown: str = "") -> Reply:
    """Everything there is; with `unknown` first what the person may have meant."""
    blocks: list[Block] = []
    head = t.mrkdwn("What I understand:")
    if unknown:
        names = [name for one in table for name in (one.name, *one.aliases)]
        meant = near(unknown, names)
        guess = (
            t.mrkdwn(" Did you mean {}?", t.joined([t.mrkdwn("`/ops {}`", one) for one in meant], " or "))
            if meant
            else ""
        )
        head = t.mrkdwn("I do not know “{}”.{}", t.clip(unknown, 60), guess)
    blocks.append(section(head))
    lines = [t.mrkdwn("`/ops {}`  {}", f"{one.name} {one.usage}".strip(), one.does) for one in table]
    blocks += [section(t.Mrkdwn("\n".join(lines[start : start + 12]))) for start in range(0, len(lines), 12)]
    blocks.append(context(t.mrkdwn("`/ops help WORD` explains one of them. Only you see these answers.")))
    return Reply(text=head, blocks=blocks)


def about(one: Subcommand) -> Reply:
    """One subcommand in full."""
    head = t.mrkdwn("*/ops {}*  {}", f"{one.name} {one.usage}".strip(), one.does)
    examples = t.Mrkdwn("\n".join(t.mrkdwn("• `{}`", line) for line in one.examples))
    blocks = [section(head), section(t.mrkdwn("{}\n{}", one.more or "For example:", examples))]
    if one.aliases:
        blocks.append(context(t.mrkdwn("Also: {}", ", ".join(one.aliases))))
    return Reply(text=head, blocks=blocks)
