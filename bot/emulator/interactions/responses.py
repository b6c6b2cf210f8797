"""Answers of an app outside the Web API: through response_url, or in a command's acknowledgement."""

from bot.emulator import messages
from bot.emulator.apps import App
from bot.emulator.blockkit.surfaces import check_blocks
from bot.emulator.channels import Channel, Message
from bot.emulator.local import LocalSlack
from bot.emulator.messages import Draft
from bot.emulator.views import add_ids
from bot.emulator.wire import Json, SlackError
from bot.emulator.workspace import ResponseUrl

MOST_USES = 5


def respond(
    local: LocalSlack, app: App, user_id: str, channel: Channel, answer: Json, *, thread_ts: str = ""
) -> Message | None:
    """Show an answer: to the person alone unless `response_type` is in_channel."""
    draft = read_answer(local, answer, thread_ts=thread_ts)
    if answer.get("response_type") == "in_channel":
        return messages.post(local, channel, app.bot_user, draft, app=app)
    return messages.post_ephemeral(local, channel, user_id, draft, app=app, author=app.bot_user)


def read_answer(local: LocalSlack, answer: Json, *, thread_ts: str = "") -> Draft:
    """The message in an answer, checked like any other."""
    blocks = answer.get("blocks") or []
    findings = list(check_blocks(blocks, "message", "/blocks"))
    if findings:
        raise SlackError("invalid_blocks", errors=[finding.describe() for finding in findings])
    attachments = answer.get("attachments") or []
    if not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    text = answer.get("text") or ""
    if not isinstance(text, str) or not (text or blocks or attachments):
        raise SlackError("no_text")
    add_ids(local.workspace, blocks)
    wanted = answer.get("thread_ts")
    return Draft(text=text, blocks=blocks, attachments=attachments,
                 thread_ts=wanted if isinstance(wanted, str) else thread_ts)  # fmt: skip


def answer_url(local: LocalSlack, identity: str, answer: Json) -> None:
    """Carry out one POST to a response_url: five times, thirty minutes, then refused."""
    url = local.workspace.response_urls.get(identity)
    if url is None:
        raise SlackError("invalid_url", "There is no such response_url.")
    if local.clock.now() > url.expires:
        raise SlackError("expired_url", "A response_url lives thirty minutes.")
    if url.uses >= MOST_USES:
        raise SlackError("used_url", "A response_url works five times.")
    app = local.workspace.apps[url.app_id]
    channel = local.workspace.channels.get(url.channel)
    if app.uninstalled or channel is None:
        raise SlackError("channel_not_found")
    original = _original(channel, url)
    if answer.get("delete_original"):
        if original is not None:
            messages.delete(local, original)
    elif answer.get("replace_original") and original is not None:
        messages.change(local, original, read_answer(local, answer), keep_metadata=True, editor=app.bot_user)
    else:
        message = respond(local, app, url.user_id, channel, answer, thread_ts=url.thread_ts)
        if message is not None and not url.message_ts:
            url.message_ts, url.ephemeral = message.ts, bool(message.ephemeral_to)
    url.uses += 1


def _original(channel: Channel, url: ResponseUrl) -> Message | None:
    if url.ephemeral:
        return next((m for m in channel.ephemerals if m.ts == url.message_ts), None)
    return channel.messages.get(url.message_ts)
