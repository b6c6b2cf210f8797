"""The developer tools: traffic as it happens, faults with one click, the clock."""

import asyncio
import json

import pytest
from playwright.async_api import Route, expect
from slack_sdk.errors import SlackApiError

from tests.browser.conftest import Desk
from tests.until import until

pytestmark = pytest.mark.browser


async def test_traffic_shows_calls_and_envelopes_as_they_happen(desk: Desk) -> None:
    await desk.visit()
    await desk.at("tools-toggle").click()
    await expect(desk.at("traffic-tab")).to_have_attribute("aria-selected", "true")
    await desk.type("/whisper hello")
    envelope = desk.page.locator("[data-testid=traffic-entry][data-kind=envelope][data-name='/whisper hello']")
    await expect(envelope.locator(".entry-outcome")).to_have_text("acknowledged")
    await expect(envelope.locator(".entry-ms")).to_contain_text("ms")
    await envelope.locator("summary").click()
    await expect(envelope.locator(".entry-detail")).to_contain_text('"text": "hello"')
    await expect(envelope.locator(".entry-detail")).not_to_contain_text("xoxb")


async def test_traffic_is_filtered_and_cleared(desk: Desk) -> None:
    await desk.visit("as=ana&channel=C0SUPPORT&tools=traffic")
    entries = desk.at("traffic-entry")
    await desk.app.client.chat_postMessage(channel="C0SUPPORT", text="posted")
    await expect(desk.page.locator("[data-testid=traffic-entry][data-name='chat.postMessage']")).to_be_visible()
    await desk.at("traffic-filter").fill("chat.postMessage")
    await expect(entries).to_have_count(1)
    await desk.at("traffic-filter").fill("")
    await desk.at("traffic-failed").check()
    await expect(entries).to_have_count(0)
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await desk.app.client.chat_postMessage(channel="C0NOWHERE", text="x")
    await expect(entries).to_have_count(1)
    await desk.at("traffic-clear").click()
    await expect(entries).to_have_count(0)


async def test_a_refused_call_is_red_and_says_why(desk: Desk) -> None:
    await desk.visit("as=ana&channel=C0SUPPORT&tools=traffic")
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await desk.app.client.chat_postMessage(channel="C0NOWHERE", text="x")
    row = desk.page.locator("[data-testid=traffic-entry][data-name='chat.postMessage']")
    await expect(row.locator(".entry-outcome.failed")).to_have_text("channel_not_found")


async def test_the_scenario_is_exported_as_a_file(desk: Desk) -> None:
    await desk.visit("as=ana&channel=C0SUPPORT&tools=traffic")
    await desk.type("For the record")
    await desk.slack.wait_message("C0SUPPORT", text="For the record")
    async with desk.page.expect_download() as waiting:
        await desk.at("traffic-export").click()
    download = await waiting.value
    scenario = json.loads((await download.path()).read_text("utf-8"))
    assert any(act["act"] == "say" for act in scenario["scenario"]["acts"])


async def test_a_fault_is_set_with_one_click_seen_at_work_and_cleared(desk: Desk) -> None:
    await desk.visit("as=ana&channel=C0SUPPORT&tools=faults")
    await desk.at("fault-server_error").first.click()
    await expect(desk.at("active-fault")).to_have_attribute("data-kind", "server_error")
    with pytest.raises(SlackApiError, match="503"):
        await desk.app.client.auth_test()
    await expect(desk.at("active-fault")).to_have_count(0)

    await desk.at("fault-kind").select_option("lose_ack")
    await desk.at("fault-json").fill('{"times": 5}')
    await desk.at("fault-apply").click()
    await expect(desk.at("active-fault")).to_contain_text("5 more")
    await desk.at("faults-clear").click()
    await expect(desk.at("active-fault")).to_have_count(0)
    assert (await desk.slack.act("list_faults"))["faults"] == []


async def test_details_that_are_no_json_are_refused_politely(desk: Desk) -> None:
    await desk.visit("as=ana&channel=C0SUPPORT&tools=faults")
    await desk.at("fault-json").fill("{times: 5")
    await desk.at("fault-apply").click()
    await expect(desk.at("toast")).to_contain_text("not JSON")


async def test_the_clock_moves_and_the_page_follows(desk: Desk) -> None:
    await desk.slack.act("clock", set=1795255200, speed=0)
    await desk.visit("as=ana&channel=C0SUPPORT&tools=clock")
    await expect(desk.at("clock-now")).to_contain_text("November 21st, 2026 at 10:00:00 · stopped")
    await desk.at("clock-advance-86400").click()
    await expect(desk.at("clock-now")).to_contain_text("November 22nd, 2026 at 10:00:00")
    assert await desk.slack.clock() == 1795255200 + 86400
    await desk.slack.clock(advance=3600)
    await expect(desk.at("clock-now")).to_contain_text("11:00:00")


async def test_an_answer_that_later_news_overtook_does_not_set_the_clock_back(desk: Desk) -> None:
    await desk.slack.act("clock", set=1795255200, speed=0)
    await desk.visit("as=ana&channel=C0SUPPORT&tools=clock")
    answered, let_go = asyncio.Event(), asyncio.Event()

    async def hold_back(route: Route) -> None:
        answer = await route.fetch()
        answered.set()
        await let_go.wait()
        await route.fulfill(response=answer)

    await desk.page.route("**/_control/clock", hold_back)
    async with desk.page.expect_response("**/_control/clock") as late:
        await desk.at("clock-advance-86400").click()
        await answered.wait()
        await desk.slack.clock(advance=3600)
        await expect(desk.at("clock-now")).to_contain_text("November 22nd, 2026 at 11:00:00")
        let_go.set()
    await (await late.value).finished()
    await expect(desk.at("clock-now")).to_contain_text("November 22nd, 2026 at 11:00:00")


async def test_starting_over_asks_first(desk: Desk) -> None:
    await desk.slack.say("cho", "C0SUPPORT", "Will be forgotten")
    await desk.visit("as=ana&channel=C0SUPPORT&tools=clock")
    await desk.at("reset").click()
    await expect(desk.at("reset-dialog")).to_be_visible()
    await desk.at("reset-yes").click()
    await expect(desk.page.locator("#main [data-testid=message]")).to_have_count(0)
    assert await until(lambda: _is_empty(desk))


async def _is_empty(desk: Desk) -> bool:
    return await desk.slack.messages("C0SUPPORT") == []


async def test_the_tools_are_closed_with_their_cross(desk: Desk) -> None:
    await desk.visit("as=ana&channel=C0SUPPORT&tools=faults")
    await desk.at("faults-tab").press("ArrowRight")
    await expect(desk.at("clock-tab")).to_have_attribute("aria-selected", "true")
    await desk.at("tools-close").click()
    await expect(desk.page.locator("#tools")).to_be_hidden()
    assert "tools" not in desk.page.url
