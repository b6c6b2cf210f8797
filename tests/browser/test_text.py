"""Slack's text formats as the page reads them, and that nothing typed by anybody becomes markup, script or a request."""

from typing import Any

import pytest
from playwright.async_api import Page, Request, expect

from bot.emulator import Emulator, start_emulator
from tests.browser.conftest import Desk
from tests.browser.manifest import manifest

pytestmark = pytest.mark.browser

PARSED: list[tuple[str, str]] = [
    ("plain & simple", "plain & simple"),
    ("*bold* _it_ ~gone~ `co*de*`", "<b>bold</b> <i>it</i> <s>gone</s> <code>co*de*</code>"),
    ("*bold _both_*", "<b>bold <i>both</i></b>"),
    ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
    ("* not bold * and *not\nbold*", "* not bold * and *not|bold*"),
    ("(*yes*), *yes*.", "(<b>yes</b>), <b>yes</b>."),
    ("<https://a.example/?a=1&amp;b=2|label &lt;x&gt;>", "<a https://a.example/?a=1&b=2>label <x></a>"),
    ("see https://a.example/x). end", "see <a https://a.example/x></a>). end"),
    ("<@U0ANA> <#C0OPS|ops> <!subteam^S0OPS|@ops> <!here>", "<@U0ANA> <#C0OPS> <&S0OPS> <!here>"),
    ("&lt;!channel&gt; &amp;lt;", "<!channel> &lt;"),
    ("<!channel", "<!channel"),
    ("> one\n&gt; two\nthree", "<q>one|two</q>three"),
    (">>> all\nof it", "<q>all|of it</q>"),
    ("```a *b*\n  c```", "<pre>a *b*\n  c</pre>"),
    ("one ``` open", "one ``` open"),
    (":tada: at 10:30:15", ":tada: at 10:30:15"),
    ("<javascript:alert(1)|x>", "<a javascript:alert(1)>x</a>"),
]

PRINT = """
async (text) => {
  const { parse } = await import("/page/text/mrkdwn.js");
  const show = (n) => ({
    text: () => n.v, br: () => "|", b: () => `<b>${all(n.c)}</b>`, i: () => `<i>${all(n.c)}</i>`, s: () => `<s>${all(n.c)}</s>`,
    code: () => `<code>${n.v}</code>`, link: () => `<a ${n.url}>${n.label ?? ""}</a>`, user: () => `<@${n.id}>`,
    channel: () => `<#${n.id}>`, group: () => `<&${n.id}>`, broadcast: () => `<!${n.range}>`, emoji: () => `:${n.name}:`,
    p: () => all(n.c), quote: () => `<q>${all(n.c)}</q>`, pre: () => `<pre>${n.v}</pre>`,
  })[n.t]();
  const all = (nodes) => nodes.map(show).join("");
  return all(parse(text));
}
"""


async def test_mrkdwn_is_read_as_slack_reads_it(shared_desk: Desk) -> None:
    await shared_desk.visit()
    read = {text: await shared_desk.page.evaluate(PRINT, text) for text, _ in PARSED}
    assert read == dict(PARSED)


async def test_what_a_person_types_into_a_rich_field_comes_back_for_editing(shared_desk: Desk) -> None:
    await shared_desk.visit()
    typed = "*Bold* for @bo and `code`\n- one\n- two\n> quoted\n```\nas it is\n```"
    again = await shared_desk.page.evaluate(
        "async (text) => { const c = await import('/page/text/compose.js'); return c.fromRichText(c.toRichText(text)); }",
        typed,
    )
    assert again == typed


@pytest.mark.parametrize(
    ("shown", "seconds", "now", "text"),
    [
        ("{date_short_pretty} at {time}", 1795255200, 1795255200, "today at 10:00"),
        ("{date_pretty}", 1795255200 - 86400, 1795255200, "yesterday"),
        ("{date}", 1795255200, 1895255200, "November 21st, 2026"),
        ("{date_num} {time_secs}", 1795255205, 1795255200, "2026-11-21 10:00:05"),
        ("{ago}", 1795255200 - 7200, 1795255200, "2 hours ago"),
        ("{unknown}", 1795255200, 1795255200, "{unknown}"),
    ],
)
async def test_dates_are_shown_in_the_viewers_zone(
    shared_desk: Desk, shown: str, seconds: int, now: int, text: str
) -> None:
    await shared_desk.visit()
    made = await shared_desk.page.evaluate(
        "async ([shown, at, now]) => (await import('/page/text/dates.js')).fillTokens(shown, at, 'Europe/Lisbon', now)",
        [shown, seconds, now],
    )
    assert made == text


async def test_a_local_time_survives_the_clock_change(shared_desk: Desk) -> None:
    await shared_desk.visit()
    for zone, local in [
        ("Europe/Berlin", "2027-03-28T03:30"),
        ("America/New_York", "2027-07-01T00:00"),
        ("Asia/Kolkata", "2027-01-01T23:45"),
    ]:
        again = await shared_desk.page.evaluate(
            "async ([zone, local]) => { const d = await import('/page/text/dates.js');"
            " return d.toLocal(d.fromLocal(local, zone), zone); }",
            [zone, local],
        )
        assert again == local


HOSTILE = "<img src=x onerror=alert(1)> <script>alert(1)</script> [x](javascript:alert(1)) javascript:alert(1)"


def everywhere(text: str) -> list[dict[str, Any]]:
    plain, mrkdwn = {"type": "plain_text", "text": text[:70]}, {"type": "mrkdwn", "text": text}
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "text", "text": text}, {"type": "link", "url": "javascript:alert(1)", "text": text}]}]}  # fmt: skip
    return [
        {"type": "header", "text": plain},
        {"type": "section", "text": mrkdwn, "fields": [mrkdwn, plain]},
        {"type": "context", "elements": [mrkdwn]},
        {"type": "markdown", "text": text},
        rich,
        {"type": "table", "rows": [[{"type": "raw_text", "text": text}]]},
        {"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": plain, "value": text},
                                         {"type": "button", "action_id": "u", "text": plain, "url": "javascript:alert(1)"}]},
        {"type": "plan", "title": text, "tasks": [{"task_id": "1", "title": text, "status": "complete", "details": rich}]},
        {"type": "image", "image_url": "javascript:alert(1)", "alt_text": text},
    ]  # fmt: skip


async def test_hostile_text_stays_text_everywhere(page: Page) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))

    def note(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1", "data:", "ws://127.0.0.1")):
            asked.append(request.url)

    page.on("request", note)
    async with start_emulator(manifest=manifest()) as slack:
        await slack.act("user", id="U0EVIL", name="evil", real_name=HOSTILE, title=HOSTILE)
        await slack.act("invite", channel="C0SUPPORT", user="U0EVIL")
        await slack.say("U0EVIL", "C0SUPPORT", HOSTILE)
        await slack.say("U0EVIL", "C0SUPPORT", HOSTILE, blocks=everywhere(HOSTILE))
        await _look(page, slack)
        assert await page.locator("#main img, #main script, a[href^='javascript']").count() == 0
        await page.get_by_test_id("action-u").click()
        await expect(page.get_by_test_id("toast")).to_contain_text("not one a browser should open")
        await page.get_by_test_id("members").click()
    assert said == []
    assert asked == []


async def _look(page: Page, slack: Emulator) -> None:
    await page.goto(f"{slack.base_url}/?as=ana&channel=C0SUPPORT")
    await expect(page.locator("#main [data-testid=message]")).to_have_count(2)
