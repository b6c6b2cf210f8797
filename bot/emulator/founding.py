"""A workspace from nothing: the company of `seeds`, the app of the manifest; and a kept one taken up again."""

from collections.abc import Mapping
from pathlib import Path

from bot.emulator import agents, scheduled
from bot.emulator.apps import App, refuse_real_token
from bot.emulator.facts import Facts
from bot.emulator.local import LocalSlack
from bot.emulator.manifest import ManifestError, find_manifest, read_manifest, understand
from bot.emulator.people import User
from bot.emulator.seeds import TEAM_DOMAIN, TEAM_ID, TEAM_NAME, seed_channels, seed_groups, seed_users
from bot.emulator.wire import ActError, Json, SlackError
from bot.emulator.workspace import Workspace

APP_ID = "A0CALMOPS"
BOT_TOKEN = "xoxb-local-calmops"
APP_TOKEN = "xapp-local-calmops"


def empty_workspace() -> Workspace:
    """A workspace with nothing in it."""
    return Workspace(team_id=TEAM_ID, team_name=TEAM_NAME, team_domain=TEAM_DOMAIN)


def settle(local: LocalSlack) -> None:
    """Give a new workspace its people, channels and app; give a kept one the current manifest."""
    workspace = local.workspace
    known = workspace.apps.get(APP_ID)
    if known is not None:
        known.adopt(local.manifest)
        return
    workspace.users.update({user.id: user for user in seed_users()})
    workspace.groups.update({group.id: group for group in seed_groups()})
    app = add_app(local, {
        "id": APP_ID, "name": understand(local.manifest).name, "bot_token": BOT_TOKEN, "app_token": APP_TOKEN,
        "manifest": local.manifest,
    })  # fmt: skip
    workspace.channels.update({channel.id: channel for channel in seed_channels(app.bot_user)})


def take_up(local: LocalSlack, pending: list[Json]) -> None:
    """Arm again what a kept workspace was waiting for."""
    for identity in local.workspace.scheduled:
        scheduled.arm(local, identity)
    for key, thread in local.workspace.threads.items():
        if thread.get("status"):
            agents.arm_status(local, key)
    for key, session in local.workspace.sessions.items():
        if session["status"] == "processing":
            agents.arm_session(local, key)
    local.deliveries.resume(pending)


def add_app(local: LocalSlack, wanted: Json) -> App:
    """A new app with its bot user, from a manifest and tokens of the local form."""
    manifest = wanted.get("manifest") or {}
    if not isinstance(manifest, dict):
        raise ActError("invalid_manifest", "`manifest` must be an object.")
    try:
        facts = understand(manifest)
    except ManifestError as error:
        raise ActError("invalid_manifest", str(error)) from error
    name = str(wanted.get("name") or facts.name)
    word = name.lower().replace(" ", "-")
    identity = str(wanted.get("id") or local.workspace.new_id("A"))
    app = App(
        id=identity, name=name, bot_user=str(wanted.get("bot_user") or identity.replace("A", "U", 1)),
        bot_id=identity.replace("A", "B", 1), bot_token=str(wanted.get("bot_token") or f"xoxb-local-{word}"),
        app_token=str(wanted.get("app_token") or f"xapp-local-{word}"), manifest=manifest,
    )  # fmt: skip
    try:
        refuse_real_token(app.bot_token)
        refuse_real_token(app.app_token)
    except SlackError as refusal:
        raise ActError(refusal.code, refusal.detail) from refusal
    taken = {
        t for other in local.workspace.apps.values() if other.id != app.id for t in (other.bot_token, other.app_token)
    }
    if taken & {app.bot_token, app.app_token}:
        raise ActError("token_taken", f"Another app has the tokens of {name}; give `bot_token` and `app_token`.")
    local.workspace.apps[app.id] = app
    local.workspace.users.setdefault(app.bot_user, User(
        id=app.bot_user, name=facts.bot_name.lower().replace(" ", "-"), real_name=facts.bot_name, is_bot=True,
        bot_id=app.bot_id, app_id=app.id, color="6b4ca0",
    ))  # fmt: skip
    return app


def read_or_default(manifest: Path | str | Mapping[str, object] | None, facts: Facts) -> Json:
    """The manifest given, else the one found, else one that may do everything."""
    if isinstance(manifest, Mapping):
        return dict(manifest)
    path = Path(manifest) if manifest is not None else find_manifest()
    return read_manifest(path) if path is not None else everything(facts)


def everything(facts: Facts) -> Json:
    """A manifest with every scope and event, for an app that brings none."""
    scopes = {scope for method in facts.methods.values() for scope in method.scopes}
    scopes |= {scope for needed in facts.event_scopes.values() for scope in needed}
    scopes |= {"commands", "chat:write.public", "chat:write.customize", "users:read.email"}
    return {
        "display_information": {"name": "Calmops"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "Calmops"},
            "agent_view": {"agent_description": "An app without a manifest"},
            "slash_commands": [{"command": "/ops", "description": "Anything", "should_escape": True}],
        },
        "oauth_config": {"scopes": {"bot": sorted(scopes)}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(facts.event_scopes)},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
    }
