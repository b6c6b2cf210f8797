"""Slash commands."""

from bot.emulator import messages
from bot.emulator.apps import App
from bot.emulator.channels import Channel
from bot.emulator.interactions.payloads import may_act
from bot.emulator.interactions.responses import respond
from bot.emulator.local import SLACKBOT, LocalSlack
from bot.emulator.manifest import Command
from bot.emulator.messages import Draft
from bot.emulator.people import User
from bot.emulator.typed_text import escaped_command
from bot.emulator.wire import ActError, Json, SlackError


async def run_command(
    local: LocalSlack, user: User, channel: Channel, command: str, text: str, *, thread_ts: str = ""
) -> Json:
    """Send a slash command and show what the app answers in its acknowledgement."""
    may_act(user)
    if user.id not in channel.members:
        raise ActError("not_in_channel", f"{user.name} is not a member of #{channel.name}.")
    if thread_ts:
        raise ActError("command_not_supported_in_threads", "Slack runs no app commands in threads; use the channel.")
    app, known = _find(local, command)
    payload = {
        "token": "local-verification-token", "team_id": local.workspace.team_id,
        "team_domain": local.workspace.team_domain, "channel_id": channel.id,
        "channel_name": "directmessage" if channel.is_im else "privategroup" if channel.is_private else channel.name,
        "user_id": user.id, "user_name": user.name, "command": command,
        "text": escaped_command(local.workspace, text) if known.should_escape else text, "api_app_id": app.id,
        "is_enterprise_install": "false", "response_url": local.response_url(app, user.id, channel.id),
        "trigger_id": local.triggers.issue(app.id, user.id),
    }  # fmt: skip
    outcome = await local.deliveries.ask(
        app.id, "slash_commands", payload, f"{command} {text}".strip(), accepts=True, user=user.id
    )
    said = {"ok": True, **outcome.describe()}
    if not outcome.acked:
        error = "dispatch_failed" if outcome.reason == "no_connection" else "operation_timeout"
        said["error_shown"] = f'{command} failed with the error "{error}"'
        messages.post_ephemeral(local, channel, user.id, Draft(text=said["error_shown"]), author=SLACKBOT)
        return said
    if outcome.payload:
        try:
            message = respond(local, app, user.id, channel, outcome.payload)
        except SlackError as refusal:
            said |= {"refused": refusal.answer()}
            local.record.add("note", what="the answer in the acknowledgement was refused", answer=refusal.answer())
        else:
            said["response"] = messages.for_viewer(local, message) if message else None
    return said


def _find(local: LocalSlack, command: str) -> tuple[App, Command]:
    for app in local.workspace.apps.values():
        for known in app.facts.commands if not app.uninstalled else ():
            if known.command == command:
                return app, known
    names = ", ".join(c.command for app in local.workspace.apps.values() for c in app.facts.commands)
    raise ActError("unknown_command", f"{command} is not a valid command. The manifest has: {names or 'none'}.")
