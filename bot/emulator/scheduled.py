"""Messages for later."""

from dataclasses import asdict

from bot.emulator import messages
from bot.emulator.apps import App
from bot.emulator.channels import Channel
from bot.emulator.local import LocalSlack
from bot.emulator.messages import Draft
from bot.emulator.wire import Json


def schedule(local: LocalSlack, app: App, channel: Channel, draft: Draft, post_at: int) -> str:
    """Keep a message until the clock shows `post_at`; returns its scheduled_message_id."""
    identity = local.workspace.new_id("Q")
    local.workspace.scheduled[identity] = {
        "id": identity, "app": app.id, "channel": channel.id, "post_at": post_at,
        "date_created": int(local.clock.now()), "draft": asdict(draft),
    }  # fmt: skip
    arm(local, identity)
    return identity


def arm(local: LocalSlack, identity: str) -> None:
    """Have a kept message posted when it is due; also after a restart."""
    local.timetable.at(float(local.workspace.scheduled[identity]["post_at"]), lambda: _post(local, identity))


def _post(local: LocalSlack, identity: str) -> None:
    item: Json | None = local.workspace.scheduled.pop(identity, None)
    if item is None:
        return  # it was deleted meanwhile
    app, channel = local.workspace.apps.get(item["app"]), local.workspace.channels.get(item["channel"])
    able = app is not None and channel is not None and not channel.is_archived and app.bot_user in channel.members
    if app is None or channel is None or not able or app.uninstalled:
        local.record.add("note", what="a scheduled message could not be posted", id=identity)
        return
    messages.post(local, channel, app.bot_user, Draft(**item["draft"]), app=app)
