"""Short messages in threads and short private answers."""

from agents.core.text import visible
from handlers.blocks import text as t
from handlers.blocks.elements import Block, context, paragraph, rich, section

REPLY_BLOCK = 2900
REPLY_LIMIT = 11_000


def reply(text: str) -> tuple[str, list[Block]]:
    """What an agent says, literally. A text too long for one message is cut, and says how much is missing."""
    text = visible(text.strip()) or "(nothing)"
    shown = text[:REPLY_LIMIT]
    blocks = [
        rich(paragraph(t.words(shown[start : start + REPLY_BLOCK]))) for start in range(0, len(shown), REPLY_BLOCK)
    ]
    if len(text) > len(shown):
        blocks.append(context(t.mrkdwn("{} more characters are kept with the job.", f"{len(text) - len(shown):,}")))
    return t.fit(t.escape(text), 3900), blocks


def said(sentence: t.Mrkdwn) -> tuple[str, list[Block]]:
    """One of our own sentences."""
    return t.fit(sentence, 3900), [section(sentence)]
