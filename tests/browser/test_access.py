"""Used by keyboard and by screen reader, in light and in dark."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Desk
from tests.browser.kit import kit

pytestmark = pytest.mark.browser

UNNAMED = """
() => [...document.querySelectorAll("button, a[href], input, textarea, select, [role=button], [role=combobox]")]
  .filter((node) => node.offsetParent !== null && node.type !== "hidden" && node.getAttribute("aria-hidden") !== "true")
  .filter((node) => {
    const ids = (node.getAttribute("aria-labelledby") || "").split(/\\s+/).filter(Boolean);
    const by = ids.map((id) => document.getElementById(id)?.textContent).join("");
    const label = node.labels?.length ? [...node.labels].map((l) => l.textContent).join("") : "";
    return !(node.getAttribute("aria-label") || by || label || node.textContent.trim() || node.title);
  })
  .map((node) => node.outerHTML.slice(0, 160))
"""

CONTRAST = """
() => {
  const channel = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const parse = (text) => {
    const n = text.match(/[\\d.]+/g).map(Number);
    const scale = text.startsWith("color(srgb") ? 255 : 1;
    return [n[0] * scale, n[1] * scale, n[2] * scale, n[3] ?? 1];
  };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const over = (top, base) => top.slice(0, 3).map((v, i) => v * top[3] + base[i] * (1 - top[3]));
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((base, layer) => over(layer, base), [255, 255, 255]);
  };
  const found = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (node.closest("[disabled], .muted, .visually-hidden, .avatar, .skip, svg, .emoji")) continue;
    const base = behind(node);
    const ink = over(parse(getComputedStyle(node).color), base);
    const [a, b] = [light(ink), light(base)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${node.className} ${node.textContent.trim().slice(0, 30)}`);
  }
  return [...new Set(found)];
}
"""


async def full(desk: Desk, query: str = "as=ana&channel=C0SUPPORT") -> None:
    ts = await desk.slack.say("cho", "C0SUPPORT", "Hello @ana in #ops with `code` https://example.com")
    await desk.slack.react("bo", {"channel": "C0SUPPORT", "ts": ts}, "eyes")
    await desk.slack.say("bo", "C0SUPPORT", "A reply", thread_ts=ts)
    await desk.slack.say("bo", "C0OPS", "Unread")
    await desk.app.client.chat_postMessage(channel="C0SUPPORT", text="Every element", blocks=kit())
    await desk.app.client.chat_postEphemeral(channel="C0SUPPORT", user="U0ANA", text="A private word")
    await desk.visit(query)
    await expect(desk.at("action-press")).to_be_visible()


async def test_everything_that_can_be_used_has_a_name(desk: Desk) -> None:
    await full(desk, "as=ana&channel=C0SUPPORT&tools=traffic")
    assert await desk.page.evaluate(UNNAMED) == []
    await desk.at("thread-summary").click()
    await desk.at("faults-tab").click()
    await expect(desk.at("thread-composer")).to_be_visible()
    assert await desk.page.evaluate(UNNAMED) == []
    await desk.type("/form")
    await expect(desk.at("modal")).to_be_visible()
    assert await desk.page.evaluate(UNNAMED) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_can_be_read_against_what_is_behind_it(desk: Desk, scheme: str) -> None:
    await desk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await full(desk, "as=ana&channel=C0SUPPORT&tools=traffic")
    assert await desk.page.evaluate(CONTRAST) == []
    await desk.type("/form")
    await expect(desk.at("modal")).to_be_visible()
    assert await desk.page.evaluate(CONTRAST) == []
    await desk.at("modal-x").click()
    await desk.page.goto(f"{desk.slack.base_url}/page/gallery.html")
    await expect(desk.page.locator("html[data-ready]")).to_be_attached()
    assert await desk.page.evaluate(CONTRAST) == []


async def test_the_colours_follow_the_system_until_one_is_chosen(desk: Desk) -> None:
    await desk.page.emulate_media(color_scheme="dark")
    await desk.visit()
    assert await _is_dark(desk.page)
    await desk.at("theme").click()
    await desk.at("theme-light").click()
    assert not await _is_dark(desk.page)
    await desk.page.reload()
    await expect(desk.at("theme")).to_be_visible()
    assert not await _is_dark(desk.page)


async def _is_dark(page: Page) -> bool:
    return bool(
        await page.evaluate(
            "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).every((v) => v < 80)"
        )
    )


async def test_the_landmarks_and_roles_are_there(desk: Desk) -> None:
    await full(desk)
    await expect(desk.page.get_by_role("navigation", name="Workspace")).to_be_visible()
    await expect(desk.page.get_by_role("main")).to_be_visible()
    await expect(desk.page.get_by_role("log", name="Messages")).to_be_visible()
    await expect(desk.page.get_by_role("article").first).to_have_accessible_name(
        "Cho Min-ji, "
        + await desk.page.locator("#main time.time").first.inner_text()
        + ": Hello @ana in #ops with `code` https://example.com"
    )
    await expect(desk.page.get_by_role("link", name="support")).to_have_attribute("aria-current", "page")
    await expect(desk.page.get_by_role("combobox", name="Message #support")).to_be_visible()


async def test_arrow_keys_walk_through_the_messages(desk: Desk) -> None:
    for text in ("one", "two", "three"):
        await desk.slack.say("cho", "C0SUPPORT", text)
    await desk.visit()
    messages = desk.page.locator("#main [data-testid=message]")
    await expect(messages).to_have_count(3)
    await messages.last.focus()
    await desk.page.keyboard.press("ArrowUp")
    await expect(messages.nth(1)).to_be_focused()
    await expect(messages.nth(1).get_by_test_id("react")).to_be_visible()


async def test_the_focus_is_visible(desk: Desk) -> None:
    await desk.visit()
    await desk.at("as-switcher").focus()
    await desk.page.keyboard.press("Tab")
    outline = await desk.page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
