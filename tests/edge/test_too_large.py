"""A view that Slack would refuse leaves shortened, with a way to all of it. One that it refuses all the same leaves as plain
text, and the operators hear of it."""

from functools import partial
from pathlib import Path
from typing import Any

from bot.emulator import Emulator
from storage.outbox import Urgency, put
from storage.store import Tx
from tests.edge.rig import edge_on
from tests.until import until


def note(tx: Tx, text: str, blocks: list[dict[str, Any]], **more: Any) -> int:
    """Queues a message with these very blocks."""
    values: dict[str, Any] = {"channel": "C0SUPPORT", **more}
    return put(tx, "post", "note", stream="s", urgency=Urgency.RESULT, text=text, blocks=blocks, **values)


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


LONG = " ".join(f"word{n}" for n in range(600))


async def ours(emu: Emulator, channel: str = "C0SUPPORT", viewer: str = "bo") -> list[dict[str, Any]]:
    return [m for m in await emu.messages(channel, viewer=viewer) if m["user"] == "U0CALMOPS"]


async def operators_hear(emu: Emulator, number: int = 1) -> list[str]:
    async def told() -> list[str] | None:
        found = [m["text"] for m in await ours(emu, await emu.open_dm("dee", "U0CALMOPS"), viewer="dee")]
        return found if len(found) >= number else None

    return await until(told, seconds=30, what="the operators to be told")


async def test_a_message_too_large_leaves_shortened_and_its_button_shows_all_of_it(
    emu: Emulator, tmp_path: Path
) -> None:
    assert len(LONG) > 3000
    async with edge_on(emu, tmp_path) as rig:
        await rig.write(lambda tx: note(tx, "in words", [section(LONG)]))
        await rig.settled()
        [message] = await ours(emu)
        assert message["blocks"][0]["text"]["text"].endswith("… (shortened)")
        assert len(await emu.calls("chat.postMessage")) == 1

        await emu.click("bo", message, "view.whole")
        view = await emu.wait_view("bo", timeout=30)
        assert "word599" in str(view)


async def test_the_button_is_not_a_way_to_what_went_to_somebody_else(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path) as rig:
        ana = "T0LOCAL/U0ANA"
        secret = await rig.write(lambda tx: note(tx, "t", [section("only ana")], channel=None, user=ana))
        forged = {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "view.whole",
                    "text": {"type": "plain_text", "text": "Show"},
                    "value": str(secret),
                }
            ],
        }
        await rig.write(lambda tx: note(tx, "t", [forged]))
        await rig.settled()
        [message] = await ours(emu)
        await emu.click("bo", message, "view.whole")
        await emu.wait_ephemeral("U0BO", timeout=30)
        assert await emu.views("bo") == []


async def test_blocks_that_slack_refuses_all_the_same_leave_as_text_and_the_operators_are_told_once(
    emu: Emulator, tmp_path: Path
) -> None:
    async with edge_on(emu, tmp_path) as rig:
        for n in range(3):
            await emu.fault("error", {"method": "chat.postMessage"}, error="invalid_blocks", times=1)
            await rig.write(partial(note, text=f"in words {n}", blocks=[section("fine")]))
            await rig.settled()
        assert [message["text"] for message in await ours(emu)] == ["in words 0", "in words 1", "in words 2"]
        assert len(await operators_hear(emu)) == 1
        assert "view.refused" in await rig.events()


async def test_a_home_that_slack_refuses_becomes_a_sentence_that_says_where_to_look(
    emu: Emulator, tmp_path: Path
) -> None:
    async with edge_on(emu, tmp_path) as rig:
        await emu.fault("error", {"method": "views.publish"}, error="invalid_arguments", times=1)
        await emu.open_home("bo")

        async def there() -> bool:
            return "/ops inbox" in str(await emu.home("bo"))

        await until(there, seconds=30, what="a Home of one sentence")
        await operators_hear(emu)
        failed = [row for row in await rig.outbox() if row.state == "failed"]
        assert failed == []
