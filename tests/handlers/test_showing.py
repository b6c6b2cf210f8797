"""A dialog that Slack refuses: the person reads a sentence in its place, and a late one is left alone."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from handlers.blocks.check import problems_of_view
from handlers.blocks.elements import modal
from handlers.blocks.text import mrkdwn
from handlers.showing import show_dialog


class Slack:
    """Opens dialogs, after refusing the first with each of these errors."""

    def __init__(self, *errors: str) -> None:
        self.errors = list(errors)
        self.opened: list[dict[str, Any]] = []

    async def open(self, *, trigger_id: str, view: dict[str, Any]) -> dict[str, Any]:
        assert trigger_id == "t"
        if self.errors:
            raise SlackApiError("refused", {"ok": False, "error": self.errors.pop(0)})  # type: ignore[no-untyped-call]
        self.opened.append(view)
        return {"ok": True, "view": {"id": f"V{len(self.opened)}"}}


def dialog(text: str) -> dict[str, Any]:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return modal("Title", [block], callback_id="modal.notice")


async def test_a_dialog_that_is_too_large_opens_shortened_with_all_its_words_behind() -> None:
    slack = Slack()
    text = " ".join(f"word{n}" for n in range(900))
    assert len(text) > 3001
    assert await show_dialog(slack.open, dialog(text), trigger_id="t") == "V1"
    [view] = slack.opened
    assert problems_of_view(view) == []
    assert view["blocks"][0]["text"]["text"].endswith("(shortened)")
    assert "word899" in str(view["blocks"][-1])


async def test_a_dialog_that_slack_refuses_all_the_same_is_said_to_be_refused(caplog: pytest.LogCaptureFixture) -> None:
    slack = Slack("invalid_arguments")
    assert await show_dialog(slack.open, dialog(mrkdwn("fine")), trigger_id="t") == "V1"
    said = str(slack.opened[0])
    assert "Nothing was changed" in said
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.getMessage().rsplit(" ", 1)[1].rstrip(".") in said, "the reference stands in the log too"


async def test_neither_is_tried_without_end() -> None:
    slack = Slack("invalid_arguments", "invalid_arguments", "invalid_arguments")
    assert await show_dialog(slack.open, dialog("fine"), trigger_id="t") is None
    assert slack.errors == ["invalid_arguments"]


@pytest.mark.parametrize("code", ["expired_trigger_id", "exchanged_trigger_id"])
async def test_a_permission_that_ran_out_is_no_reason_to_ask_again(code: str) -> None:
    slack = Slack(code)
    assert await show_dialog(slack.open, dialog("fine"), trigger_id="t") is None
    assert slack.opened == []
