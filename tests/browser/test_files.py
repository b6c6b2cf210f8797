"""Files: sent by people, shown as pictures or links, and given in forms."""

import base64

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Desk

pytestmark = pytest.mark.browser

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


async def test_a_picture_and_a_text_are_sent_and_shown(desk: Desk) -> None:
    await desk.visit()
    await desk.at("file").set_input_files([
        {"name": "dot.png", "mimeType": "image/png", "buffer": PIXEL},
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"hello"},
    ])  # fmt: skip
    await expect(desk.page.locator(".composer .picked-files li")).to_have_count(2)
    await desk.type("Look at *these*")
    message = await desk.slack.wait_message("C0SUPPORT", text="these")
    assert [file["name"] for file in message["files"]] == ["dot.png", "notes.txt"]
    shown = desk.message(message["ts"])
    await expect(shown.locator("strong")).to_have_text("these")
    await expect(shown.locator("img")).to_have_js_property("naturalWidth", 1)
    await expect(shown.get_by_role("link", name="notes.txt")).to_be_visible()
    await expect(desk.page.locator(".composer .picked-files li")).to_have_count(0)


async def test_a_file_alone_may_be_sent_and_taken_back_before(desk: Desk) -> None:
    await desk.visit()
    await desk.at("file").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    await desk.page.get_by_role("button", name="Remove a.txt").click()
    await expect(desk.at("send")).to_be_disabled()
    await desk.at("file").set_input_files({"name": "b.txt", "mimeType": "text/plain", "buffer": b"bb"})
    await desk.at("send").click()
    await expect(desk.page.locator("#main .file-chip")).to_contain_text("b.txt")


async def test_a_file_that_is_too_large_is_refused_with_its_name(desk: Desk) -> None:
    await desk.visit()
    await desk.at("file").set_input_files(
        {"name": "huge.bin", "mimeType": "application/octet-stream", "buffer": bytes(3_000_000)}
    )
    await desk.at("send").click()
    await expect(desk.at("toast")).to_contain_text("huge.bin is too large")
    await expect(desk.page.locator(".composer .picked-files li")).to_have_count(1)


async def test_a_file_of_a_form_reaches_the_app(desk: Desk) -> None:
    await desk.visit()
    await desk.type("/form")
    await desk.at("action-title").fill("With a file")
    await desk.at("action-files").set_input_files({"name": "proof.txt", "mimeType": "text/plain", "buffer": b"proof"})
    await expect(desk.at("modal").get_by_text("proof.txt")).to_be_visible()
    await desk.at("modal-submit").click()
    await expect(desk.at("modal")).to_have_count(0)
    files = desk.app.values()["files"]["files"]
    assert [file["name"] for file in files] == ["proof.txt"]


async def test_a_picture_from_another_host_is_loaded_only_on_request(desk: Desk) -> None:
    asked: list[str] = []
    await desk.page.route("https://images.example.com/**", lambda route: (asked.append("x"), route.abort())[1])
    await desk.app.client.chat_postMessage(
        channel="C0SUPPORT", text="A cat",
        blocks=[{"type": "image", "image_url": "https://images.example.com/cat.png", "alt_text": "A cat"}],
    )  # fmt: skip
    await desk.visit()
    ask = desk.page.get_by_role("button", name="Load from images.example.com")
    await expect(ask).to_be_visible()
    assert asked == []
    await ask.click()
    await expect(desk.page.get_by_role("img", name="A cat")).to_contain_text("could not be loaded")
    assert asked == ["x"]
