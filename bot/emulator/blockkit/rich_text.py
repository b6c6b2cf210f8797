"""The rich_text block: sections, lists, quotes, preformatted text, and what stands in them."""

from bot.emulator.blockkit.objects import ID, URL
from bot.emulator.blockkit.schema import Anything, Choice, Flag, Kinds, Many, Shape, Spec, Str, Whole

STYLE = Shape({name: Flag() for name in (
    "bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink",
)})  # fmt: skip


def part(kind: str, fields: dict[str, Spec], *required: str) -> Shape:
    """One inline element with an optional style."""
    return Shape({"type": Choice(kind), "style": STYLE, **fields}, required)


PARTS = Kinds({
    "text": part("text", {"text": Str(least=1)}, "text"),
    "link": part("link", {"url": URL, "text": Str(), "unsafe": Flag()}, "url"),
    "emoji": part("emoji", {"name": Str(least=1), "unicode": Str(), "skin_tone": Anything()}, "name"),
    "user": part("user", {"user_id": Str(least=1)}, "user_id"),
    "channel": part("channel", {"channel_id": Str(least=1)}, "channel_id"),
    "usergroup": part("usergroup", {"usergroup_id": Str(least=1)}, "usergroup_id"),
    "team": part("team", {"team_id": Str(least=1)}, "team_id"),
    "broadcast": part("broadcast", {"range": Choice("here", "channel", "everyone")}, "range"),
    "color": part("color", {"value": Str(least=1)}, "value"),
    "date": part("date", {
        "timestamp": Whole(), "format": Str(least=1), "url": Str(), "fallback": Str(),
    }, "timestamp", "format"),
})  # fmt: skip

SECTION = Shape({"type": Choice("rich_text_section"), "elements": Many(PARTS)}, ("elements",))
BOX: dict[str, Spec] = {"border": Whole(0, 1), "elements": Many(PARTS)}
GROUPS = Kinds({
    "rich_text_section": SECTION,
    "rich_text_quote": Shape({"type": Choice("rich_text_quote"), **BOX}, ("elements",)),
    "rich_text_preformatted": Shape({"type": Choice("rich_text_preformatted"), **BOX, "language": Str()},
                                    ("elements",)),
    "rich_text_list": Shape({
        "type": Choice("rich_text_list"), "style": Choice("bullet", "ordered"), "indent": Whole(0, 8),
        "offset": Whole(0), "border": Whole(0, 1), "elements": Many(Kinds({"rich_text_section": SECTION})),
    }, ("style", "elements")),
})  # fmt: skip

RICH_TEXT = Shape({"type": Choice("rich_text"), "block_id": ID, "elements": Many(GROUPS)}, ("elements",))
