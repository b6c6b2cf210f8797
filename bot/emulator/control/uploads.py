"""A person shares a file."""

import base64
import binascii

from bot.emulator import messages
from bot.emulator.files import describe_file, guess_type, tell_shared
from bot.emulator.local import LocalSlack
from bot.emulator.transfers import store
from bot.emulator.wire import ActError, Json
from bot.emulator.workspace import File


async def upload(local: LocalSlack, wanted: Json) -> Json:
    """Share a file: `name`, and `text_content` or `content` (base64); `text` is what the person writes beside it."""
    user, channel = local.who(wanted.get("as")), local.where(wanted.get("channel"))
    name = str(wanted.get("name") or "file.txt").replace("/", "_")
    try:
        content = base64.b64decode(str(wanted.get("content", "")), validate=True)
    except binascii.Error as error:
        raise ActError("invalid_content", "`content` must be base64.") from error
    content = content or str(wanted.get("text_content", "")).encode()
    file = File(id=local.workspace.new_id("F"), name=name, title=name, user=user.id, created=int(local.clock.now()),
                length=len(content), mimetype=guess_type(name), alt_text=str(wanted.get("alt_text", "")), ready=True)  # fmt: skip
    local.workspace.files[file.id] = file
    store(local, file, content)
    message = messages.say(local, user.id, channel, str(wanted.get("text") or ""), files=[file.id],
                           thread_ts=str(wanted.get("thread_ts") or ""))  # fmt: skip
    file.shares.append([channel.id, message.ts])
    tell_shared(local, file, channel)
    return {"ok": True, "ts": message.ts, "file": describe_file(local, file)}
