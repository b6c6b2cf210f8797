"""The checks that a running edge can make of itself, with the connections it has: what `/ops doctor` says."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor.database import silent_digests
from bot.doctor.doctor import digest_findings
from bot.doctor.finding import Finding
from bot.doctor.policy import check_policy
from bot.doctor.scopes import check_scopes
from bot.doctor.slack import check_channels, check_people
from bot.edge.directory import SlackDirectory
from bot.edge.preflight import Preflight
from handlers.deps import Deps
from storage import schedules


async def look_inside(deps: Deps, web: AsyncWebClient, directory: SlackDirectory, known: Preflight) -> list[Finding]:
    """Policy, scopes, people, channels, digests. Changes nothing."""
    policy = deps.policy()
    recurring = await deps.store.read(schedules.all_of)
    silent = await deps.store.read(lambda tx: silent_digests(tx, policy))
    found = check_policy(policy, deps.registry.all(), now=deps.clock.now(), path="calmops.toml", there=True)
    found += check_scopes(known.scopes)
    found += await check_people(directory, policy, deps.team)
    found += await check_channels(web, policy, recurring)
    return found + digest_findings(recurring, silent, policy, now=deps.clock.now())
