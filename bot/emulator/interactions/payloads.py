"""What every interactive payload has in common."""

from bot.emulator.apps import App
from bot.emulator.channels import Channel
from bot.emulator.local import LocalSlack
from bot.emulator.people import User
from bot.emulator.wire import ActError, Json


def shared(local: LocalSlack, app: App, user: User, kind: str) -> Json:
    """The fields all interactive payloads start with. An outsider's `user.team_id` is their own team."""
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": app.id,
        "token": "local-verification-token",
        "team": local.team(),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def named(channel: Channel, viewer: str) -> Json:
    """The `channel` object of a payload; a DM is called directmessage."""
    if channel.is_im:
        return {"id": channel.id, "name": "directmessage"}
    return {"id": channel.id, "name": channel.name if not channel.is_private or viewer else "privategroup"}


def may_act(user: User) -> None:
    """Only accounts that can log in can click."""
    if user.deleted:
        raise ActError("account_inactive", f"{user.name} is deactivated and cannot do anything.")
