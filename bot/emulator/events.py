"""Events for apps: who is told, and the wrapper every event travels in."""

from bot.emulator.apps import App
from bot.emulator.channels import Channel
from bot.emulator.deliveries import Delivery
from bot.emulator.local import LocalSlack
from bot.emulator.wire import Json

SUBSCRIPTIONS = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}


def wrap(local: LocalSlack, app: App, event: Json, *, shared: bool = False) -> Json:
    """The `event_callback` around an event, with its unique event_id."""
    team_id = local.workspace.team_id
    return {
        "token": "local-verification-token",
        "team_id": team_id,
        "context_team_id": team_id,
        "context_enterprise_id": None,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": local.workspace.new_id("Ev"),
        "event_time": int(local.clock.now()),
        "authorizations": [{
            "enterprise_id": None, "team_id": team_id, "user_id": app.bot_user, "is_bot": True,
            "is_enterprise_install": False,
        }],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{team_id}-{app.id}-{event.get('event_ts', '')}",
    }  # fmt: skip


def send(local: LocalSlack, app: App, subscription: str, event: Json, *, shared: bool = False) -> Delivery | None:
    """Deliver one event to one app, if it subscribed and may have it."""
    if not app.listens_to(subscription, local.facts):
        return None
    if not _within_the_hour(local, app):
        return None
    what = f"{event['type']}.{event['subtype']}" if event.get("subtype") else str(event["type"])
    return local.deliveries.event(app.id, wrap(local, app, event, shared=shared), what)


def broadcast(local: LocalSlack, subscription: str, event: Json, *, channel: Channel | None = None) -> None:
    """Deliver one event to every app that may have it: those in the channel, or all of them without one."""
    for app in list(local.workspace.apps.values()):
        if channel is None or app.bot_user in channel.members:
            send(local, app, subscription, event, shared=bool(channel and channel.is_ext_shared))


def message_event(local: LocalSlack, channel: Channel, event: Json) -> None:
    """A `message` event under the subscription of its kind of channel."""
    broadcast(local, SUBSCRIPTIONS[channel.kind], event, channel=channel)


def _within_the_hour(local: LocalSlack, app: App) -> bool:
    """Slack's cap of 30,000 events an hour; the app is told once for each minute that lost events."""
    now = local.clock.now()
    counts = local.event_counts
    hour, used = counts.get(app.id, (now, 0))
    if now - hour >= 3600:
        hour, used = now, 0
    counts[app.id] = (hour, used + 1)
    if used < local.hourly_events:
        return True
    minute = int(now // 60) * 60
    if local.rate_limited_minutes.get(app.id) != minute:
        local.rate_limited_minutes[app.id] = minute
        payload = {"type": "app_rate_limited", "token": "local-verification-token", "team_id": local.workspace.team_id,
                   "minute_rate_limited": minute, "api_app_id": app.id}  # fmt: skip
        local.deliveries.event(app.id, payload, "app_rate_limited")
    return False
