"""A person shares a file."""

import base64
import binascii

from bot.emulator import messages
from bot.emulator.files import describe_file, guess_type
from bot.emulator.local import LocalSlack
from bot.emulator.transfers import store
from bot.emulator.wire import ActError, Json
from bot.emulator.workspace import File


async def upload(local: LocalSlack, wanted: Json) -> Json:
    """Take in a file: `name`, and `text_content` or `content` (base64).

    With `channel` it is shared there at once, `text` beside it. Without, it waits to be named in the `files` of
    `say`, or in the value of a file_input.
    """
    user = local.who(wanted.get("as"))
    channel = local.where(wanted["channel"]) if wanted.get("channel") else None
    name = str(wanted.get("name") or "file.txt").replace("/", "_")
    try:
        content = base64.b64decode(str(wanted.get("content", "")), validate=True)
    except binascii.Error as error:
        raise ActError("invalid_content", "`content` must be base64.") from error
    content = content or str(wanted.get("text_content", "")).encode()
    file = File(id=local.workspace.new_id("F"), name=name, title=name, user=user.id, created=int(local.clock.now()),
                length=len(content), mimetype=guess_type(name), alt_text=str(wanted.get("alt_text", "")),
                ready=True)  # fmt: skip
    local.workspace.files[file.id] = file
    store(local, file, content)
    if channel is None:
        return {"ok": True, "file": describe_file(local, file)}
    message = messages.say(local, user.id, channel, str(wanted.get("text") or ""), files=[file.id],
                           blocks=wanted.get("blocks"), thread_ts=str(wanted.get("thread_ts") or ""))  # fmt: skip
    return {"ok": True, "ts": message.ts, "file": describe_file(local, file)}
