"""Whether Slack takes our tokens, knows our approvers, and lets us into the channels we need."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.errors import Misconfigured
from agents.core.ids import person_id
from agents.core.people import PersonKind
from agents.core.policy import People, Policy
from agents.core.schedule import Schedule
from bot.doctor.finding import Finding, note, ok, problem
from bot.doctor.scopes import check_scopes
from bot.edge.directory import SlackDirectory, groups_in
from bot.edge.preflight import check_token_forms, preflight
from bot.edge.refusals import error_code
from bot.settings import Settings


async def check_slack(settings: Settings, policy: Policy, schedules: Sequence[Schedule]) -> list[Finding]:
    """Asks Slack, changing nothing there."""
    try:
        bot_token, _ = check_token_forms(settings)
    except Misconfigured as error:
        return [problem("tokens", str(error))]
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        web = AsyncWebClient(token=bot_token, base_url=settings.slack_api_url, session=session, retry_handlers=[])
        try:
            known = await preflight(web, settings)
        except Misconfigured as error:
            return [problem("tokens", str(error))]
        where = "Slack" if settings.is_slack else f"{settings.slack_api_url} (not Slack itself)"
        found = [ok("tokens", f"Both tokens work with {where}: {known.team_name}, app {known.app_id}.")]
        found += check_scopes(known.scopes)
        directory = SlackDirectory(
            web=web, home=known.home, policy=lambda: policy, steady=asyncio.get_running_loop().time
        )
        found += await check_people(directory, policy, known.home.key)
        found += await check_channels(web, policy, schedules)
        return found


async def check_people(directory: SlackDirectory, policy: Policy, team: str) -> list[Finding]:
    """Whether everybody the policy names is there, and every agent has an approver."""
    found: list[Finding] = []
    for group in sorted(groups_in(policy)):
        members = await directory.members(group)
        if members is None:
            found.append(
                problem(
                    "approvers",
                    f"The user group {group} cannot be looked up ({directory.trouble}), so its members may not decide.",
                    "Check the id, the scope usergroups:read and your Slack plan, or name people instead.",
                )
            )
        elif not members:
            found.append(problem("approvers", f"The user group {group} has no members.", "Put somebody into it."))
    for agent in sorted(policy.agents):
        rules = policy.of(agent)
        for user in sorted(rules.approvers.users | rules.owner.users):
            person = await directory.person(person_id(team, user))
            if person.kind is not PersonKind.MEMBER:
                found.append(
                    problem("approvers", f"{agent}: {user} is {_kind(person.kind)}, and may not decide.",
                            "Name a member of the workspace.")
                )  # fmt: skip
        if not await _anybody(directory, rules.approvers, team):
            found.append(
                problem("approvers", f"{agent}: nobody may approve at this moment.", "Name approvers who work here.")
            )
    return found or [ok("approvers", "Every agent has somebody who may approve.")]


async def _anybody(directory: SlackDirectory, people: People, team: str) -> bool:
    users = set(people.users)
    for group in people.groups:
        users |= await directory.members(group) or set()
    for user in sorted(users):
        if (await directory.person(person_id(team, user))).kind is PersonKind.MEMBER:
            return True
    return False


async def check_channels(web: AsyncWebClient, policy: Policy, schedules: Sequence[Schedule]) -> list[Finding]:
    """Whether the bot is in every channel that something happens in."""
    wanted: dict[str, list[str]] = {}
    for agent, rules in policy.agents.items():
        for channel in rules.channels:
            wanted.setdefault(channel, []).append(f"{agent} watches it")
    for schedule in schedules:
        if schedule.enabled and schedule.channel:
            wanted.setdefault(schedule.channel, []).append(f"D{schedule.id} ({schedule.name}) is posted there")
    found: list[Finding] = []
    for channel, reasons in sorted(wanted.items()):
        found += await _channel(web, channel, reasons)
    return found or [ok("channels", "The bot is in every channel it needs.")]


async def _channel(web: AsyncWebClient, channel: str, reasons: Collection[str]) -> list[Finding]:
    why = "; ".join(reasons)
    try:
        answer = await web.conversations_info(channel=channel)
    except SlackApiError as error:
        if error_code(error) == "missing_scope":
            return [note("channels", f"{channel} cannot be checked without channels:read ({why}).")]
        return [problem("channels", f"{channel}: {error_code(error)} ({why}).", "Invite the bot, or correct the id.")]
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        return [note("channels", f"{channel} could not be checked: {error}.")]
    found: dict[str, Any] = answer.get("channel") or {}
    name = f"#{found.get('name', channel)}"
    if found.get("is_archived"):
        return [problem("channels", f"{name} is archived ({why}).", "Unarchive it, or choose another channel.")]
    if not found.get("is_member", True):
        return [problem("channels", f"The bot is not in {name} ({why}).", f"/invite it in {name}.")]
    return []


def _kind(kind: PersonKind) -> str:
    return {
        PersonKind.UNKNOWN: "an account that cannot be looked up",
        PersonKind.DEACTIVATED: "deactivated",
        PersonKind.GUEST: "a guest",
        PersonKind.EXTERNAL: "from another company",
        PersonKind.BOT: "a bot",
    }.get(kind, str(kind))
