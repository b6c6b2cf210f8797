"""The first words to somebody who opens Calmops for the first time."""

from collections.abc import Sequence

from handlers.blocks import text as t
from handlers.blocks.elements import Block, actions, button, context, header, section
from handlers.ids import Action


def welcome(agents: Sequence[tuple[str, str, str]]) -> tuple[str, list[Block]]:
    """What Calmops is, what its agents do, and three things to try. `agents` are (name, title, purpose)."""
    blocks: list[Block] = [
        header("Welcome to Calmops"),
        section(
            t.mrkdwn(
                "I do routine work in the background and ask a person before anything that needs one. "
                "What waits for you is on my Home tab; every question is also a card where the work came from."
            )
        ),
    ]
    if agents:
        shown = t.Mrkdwn(
            "\n".join(t.mrkdwn("• *{}*: {}", title, t.clip(purpose, 200)) for _, title, purpose in agents[:6])
        )
        blocks.append(section(shown))
    blocks.append(section(t.mrkdwn("Three things to try: `/ops help`, `/ops inbox`, `/ops run` and choose an agent.")))
    if agents:
        blocks.append(
            actions(*[button(f"Run {title}", f"{Action.AGENT_PICK}#{name}", name) for name, title, _ in agents[:3]])
        )
    blocks.append(context(t.mrkdwn("To work in a channel, invite me there: `/invite @Calmops`.")))
    return t.mrkdwn("Welcome to Calmops. What waits for you is on my Home tab."), blocks
