"""A small story in the local Slack, for screenshots: a request, an agent at work, a card that asks, a thread, a digest."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator
from tests.browser.kit import button, mrkdwn, option, plain

Json = dict[str, Any]


def card() -> list[Json]:
    """A card that asks for a decision."""
    quote = "We were charged 25 % VAT although our number is valid, and nobody has answered since Tuesday."
    choices = [option("Ask for details", "ask"), option("Hand over", "hand"), option("Do it myself", "take")]
    more = {"type": "overflow", "action_id": "more", "options": choices}
    return [
        {"type": "header", "text": plain("Assign ticket 482 to Billing and set priority High?")},
        {"type": "context", "elements": [mrkdwn("*Why you are asked:* 0.62 sure, and Billing asks below 0.80")]},
        {"type": "section", "fields": [
            mrkdwn("*Ticket*\n482 · Invoice shows the wrong VAT"), mrkdwn("*Customer*\nNorthwind, important"),
            mrkdwn("*Queue*\nIntake → Billing"), mrkdwn("*Priority*\nNormal → High"),
        ]},
        {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": quote}]}]},
        {"type": "context", "elements": [mrkdwn("<!subteam^S0BILLING> decide by Fri 14:00 · acts as Calmops · job 7F3K")]},
        {"type": "actions", "elements": [button("Assign to Billing", "approve", style="primary"), button("Edit", "edit"),
                                         button("Reject", "reject"), more]},
    ]  # fmt: skip


def plan() -> list[Json]:
    """What the agent does, step by step."""
    return [{"type": "plan", "title": "Sorting ticket 482", "tasks": [
        {"task_id": "1", "title": "Read the ticket", "status": "complete"},
        {"task_id": "2", "title": "Look for the nearest known tickets", "status": "complete"},
        {"task_id": "3", "title": "Ask the billing leads", "status": "in_progress"},
        {"task_id": "4", "title": "Answer the customer", "status": "pending"},
    ]}]  # fmt: skip


def digest() -> list[Json]:
    """A morning report with a chart."""
    days = ["Mon", "Tue", "Wed", "Thu", "Fri"]
    series = [("Arrived", [31, 28, 40, 35, 26]), ("Handled", [29, 30, 34, 37, 27])]
    return [
        {"type": "header", "text": plain("Queue health this week")},
        {"type": "data_visualization", "title": "Tickets by day", "chart": {
            "type": "bar", "axis_config": {"categories": days},
            "series": [{"name": name, "data": [{"label": d, "value": v} for d, v in zip(days, values, strict=True)]}
                       for name, values in series],
        }},
        {"type": "context", "elements": [mrkdwn("3 questions wait for people · oldest 2 h · figures of 09:00")]},
    ]  # fmt: skip


async def tell(slack: Emulator, client: AsyncWebClient) -> str:
    """Let it happen; returns the ts of the request whose thread holds the work."""
    ts = await slack.say(
        "ana", "C0SUPPORT", "Northwind writes that invoice 2219 shows the wrong VAT. Can somebody look?"
    )
    await client.chat_postMessage(channel="C0SUPPORT", thread_ts=ts, text="Sorting ticket 482", blocks=plan())
    await slack.say("cho", "C0SUPPORT", "I had one like it last week, see 471 in the desk", thread_ts=ts)
    await slack.react("cho", {"channel": "C0SUPPORT", "ts": ts}, "eyes")
    await client.chat_postMessage(channel="C0SUPPORT", text="Assign ticket 482 to Billing?", blocks=card())
    await client.chat_postEphemeral(
        channel="C0SUPPORT", user="U0ANA", text="You asked for this, so someone else must approve: <@U0BO>."
    )
    await client.chat_postMessage(channel="C0OPS", text="Queue health this week", blocks=digest())
    await slack.say("bo", "C0GENERAL", "Lunch at 12?")
    return ts
