"""All checks, one after the other."""

from pathlib import Path

from agents.core.clock import SystemClock, as_utc
from agents.core.errors import CalmopsError, Misconfigured
from agents.core.policy import Policy
from agents.core.schedule import Schedule
from bot.app import library
from bot.config.watch import ConfigFile
from bot.doctor.database import check_database, silent_digests
from bot.doctor.finding import Finding, note, ok, problem
from bot.doctor.names import check_names
from bot.doctor.policy import check_policy
from bot.doctor.running import check_running
from bot.doctor.slack import check_slack
from bot.doctor.webhooks import check_webhooks
from bot.settings import Settings
from storage import schedules
from storage.anchor import AnchorFile
from storage.open import open_store


async def examine(settings: Settings, *, offline: bool) -> list[Finding]:
    """Everything that can be found out. Never raises for what it finds; `offline` leaves Slack alone."""
    found = check_names()
    clock = SystemClock()
    try:
        registry = library(settings)
    except Misconfigured as error:
        return [*found, problem("extensions", str(error))]
    config: ConfigFile | None = None
    try:
        config = ConfigFile(settings.config_file, [agent.name for agent in registry.all()])
        found += check_policy(
            config.policy(),
            registry.all(),
            now=clock.now(),
            path=str(settings.config_file),
            there=config.is_there,
        )
        found += check_webhooks(settings, config.policy())
    except Misconfigured as error:
        found.append(problem("policy", str(error)))
    recurring: list[Schedule] = []
    if database_is_there(settings):
        try:
            store = await open_store(settings.database_url, clock, synchronous=settings.calmops_sync, upgrade=False)
        except CalmopsError as error:
            found.append(problem("database", str(error)))
        else:
            try:
                found += await check_database(store, AnchorFile(settings.anchor_file))
                recurring = await store.read(schedules.all_of)
                policy = config.policy() if config is not None else Policy()
                silent = await store.read(lambda tx: silent_digests(tx, policy))
                found += digest_findings(recurring, silent, policy, now=clock.now())
            except CalmopsError as error:
                found.append(problem("database", str(error)))
            finally:
                await store.close()
    else:
        found.append(note("database", "There is no database yet.", "The first start of the bot makes it."))
    found += await check_running(settings.calmops_data)
    if not offline and config is not None:
        found += await check_slack(settings, config.policy(), recurring)
    return found


def database_is_there(settings: Settings) -> bool:
    """Whether the database exists; one on a server is taken to be there."""
    url = settings.database_url
    return not url.startswith("sqlite") or Path(url.partition("://")[2].removeprefix("/")).exists()


def digest_findings(every: list[Schedule], silent: list[Schedule], policy: Policy, *, now: float) -> list[Finding]:
    """What is wrong with digests and schedules, or that they are on time."""
    found = [
        problem("digests", f"D{one.id} ({one.name}) should have been posted to {one.channel} and was not.",
                "Is the edge running?")
        for one in silent
    ]  # fmt: skip
    found += [
        note("digests", f"D{one.id} ({one.name}) is paused.", f"`calmops digest resume D{one.id}`")
        for one in every
        if not one.enabled
    ]
    found += _holiday_findings([one for one in every if one.spec.skips_holidays], policy, now)
    if every and not found:
        found = [ok("digests", f"Digests and schedules that are on time: {len(every)}.")]
    return found


def _holiday_findings(skipping: list[Schedule], policy: Policy, now: float) -> list[Finding]:
    """Who skips holidays needs some: a list that nobody continues would be noticed on the next holiday only."""
    days = policy.schedules.holidays
    if not skipping or any(day > as_utc(now).date() for day in days):
        return []
    names = ", ".join(f"D{one.id}" for one in skipping)
    what = "all holidays of the settings are past" if days else "the settings name no holidays"
    return [
        note(
            "digests", f"{names}: to skip holidays, but {what}.", "Add dates to `[schedules] holidays` in calmops.toml."
        )
    ]
