"""Whatever stands in a ticket, an argument or a reason: it mentions nobody, links nowhere unseen, and stays readable."""

import random
from typing import Any

from agents.core.job import Evidence
from agents.core.records import EscalationRecord
from handlers.blocks.card_record import card_message
from handlers.blocks.check import problems_of_message
from handlers.cards import load_card
from handlers.operations import repaint
from storage import escalations
from storage.rows import evidence_json
from storage.store import Tx
from tests.operations.town import REGISTRY, Town

SEED = 500
PIECES = [
    *("<!channel>", "<!here>", "<!everyone>", "<@U0ANA>", "<#C0OPS>", "<!subteam^S0OPS>", "<!date^1^{date}|now>"),
    *("<https://evil.example|Approve>", "https://evil.example/?q=secret", "[Approve](https://evil.example)"),
    *("@channel", "&lt;!channel&gt;", "&", "<", ">", "```", "`", "*bold*", "_it_", "~no~", "> quote", "• dot"),
    *(
        "\u202eexe.tac",
        "ad\u200bmin",
        "\U000e0041",
        "\n",
        "\n\n",
        "😀",
        "👩\u200d💻",
        "שלום",
        "日本語",
        "x" * 200,
        "word",
    ),
    *("<!channel", "!channel>", "<@", "|>", "\\<!here>", "%3C!here%3E", "<script>", "{0}", "{name}", "%s"),
]


def hostile(chance: random.Random) -> str:
    return " ".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 12)))


def live(value: Any, found: list[str], ours: set[str]) -> None:
    """Everything on a surface that Slack would bring to life, but for what we put there ourselves."""
    if isinstance(value, dict):
        kind = value.get("type")
        if kind == "mrkdwn" or ("text" in value and kind is None):
            text = str(value["text"])
            starts = [text[place:] for place, sign in enumerate(text) if sign == "<"]
            found += [
                start for start in starts if start.partition(">")[0] not in ours and not start.startswith("<!date^")
            ]
        if kind in ("user", "usergroup", "broadcast", "channel"):
            found += [str(value)] if str(value.get("user_id") or value.get("usergroup_id")) not in ours else []
        if kind == "link":
            found += [] if "evil.example" in str(value.get("text")) else [str(value)]
        for item in value.values():
            live(item, found, ours)
    elif isinstance(value, list):
        for item in value:
            live(item, found, ours)


def words_in(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(words_in(item) for name, item in value.items() if name not in ("type", "block_id", "action_id"))
    if isinstance(value, list):
        return " ".join(words_in(item) for item in value)
    return str(value)


OURS = {
    *("U0ANA", "U0BO", "U0CHO", "S0LEADS"),
    *("<@U0ANA", "<@U0BO", "<@U0CHO", "<!subteam^S0LEADS"),
}


async def card_of(town: Town, text: str) -> tuple[EscalationRecord, str, list[dict[str, Any]]]:
    asked = await town.ask(args={"invoice": 1, "amount": "5", "note": text})
    piece = evidence_json(Evidence(label=text[:60], text=text, url="https://evil.example/x"))

    def spoil(tx: Tx) -> None:
        escalations.change(tx, asked.id, question=f"Pay {text}?", because=text, evidence=[piece], verb=text[:30])
        repaint(tx, asked.id)

    await town.write(spoil)
    message, blocks = await town.read(lambda tx: card_message(load_card(tx, REGISTRY, town.policy, asked.id)))
    return asked, message, blocks


async def test_hostile_texts_are_inert_and_readable_on_a_card(town: Town, long_counts: bool) -> None:
    """S-G1, S-G2."""
    chance = random.Random(SEED)
    found: list[str] = []
    for _ in range(500 if long_counts else 100):
        text = hostile(chance)
        asked, message, blocks = await card_of(town, text)
        live({"type": "mrkdwn", "text": message}, found, OURS)
        live(blocks, found, OURS)
        assert problems_of_message(message, blocks) == []
        shown = words_in(blocks)
        assert "\u202e" not in shown
        assert "\U000e0041" not in shown
        if "word" in text.split() and len(text) < 500:
            assert "word" in shown
        await town.answer(asked)
    assert found == [], f"seed {SEED}"


async def test_a_live_mention_would_be_noticed() -> None:
    """S-G1."""
    found: list[str] = []
    live([{"type": "section", "text": {"type": "mrkdwn", "text": "hello <!channel>"}}], found, OURS)
    live([{"type": "rich_text", "elements": [{"type": "broadcast", "range": "channel"}]}], found, OURS)
    live(
        [{"type": "rich_text", "elements": [{"type": "link", "url": "https://evil.example", "text": "Approve"}]}],
        found,
        OURS,
    )
    assert len(found) == 3
