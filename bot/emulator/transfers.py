"""The bytes of files: uploaded in any of Slack's two forms, downloaded by those who may see them."""

from collections.abc import Awaitable, Callable

from aiohttp import BodyPartReader, hdrs, web

from bot.emulator.files import may_read
from bot.emulator.local import LOCAL, LocalSlack
from bot.emulator.methods.files import LARGEST_FILE
from bot.emulator.requests import bearer
from bot.emulator.wire import ActError
from bot.emulator.workspace import File


async def handle_upload(request: web.Request) -> web.StreamResponse:
    """The bytes for an upload_url: the body itself, or the first file of a multipart form."""
    local = request.app[LOCAL]
    file = local.workspace.files.get(request.match_info["id"])
    if file is None or file.ready:
        raise ActError("file_not_found", "This upload_url was never issued, or its upload is complete.")
    content = await _content(request)
    store(local, file, content)
    return web.Response(text=f"OK - {len(content)}")


async def handle_download(request: web.Request) -> web.StreamResponse:
    """A file, for the bearer of a token with files:read or (`?as=`) for the person the page acts as."""
    local = request.app[LOCAL]
    file = local.workspace.files.get(request.match_info["id"])
    reader = _reader(local, request)
    if file is None or file.deleted or not reader or not may_read(local, file, reader):
        return web.json_response({"ok": False, "error": "file_not_found"}, status=404 if reader else 403)
    content = local.uploads.get(file.id) or local.keeper.upload(file.id)
    if content is None:
        return web.json_response({"ok": False, "error": "file_not_found"}, status=404)
    headers = {hdrs.CONTENT_TYPE: file.mimetype, "X-Content-Type-Options": "nosniff"}
    if request.query.get("download") or not file.mimetype.startswith(("image/", "text/plain")):
        headers[hdrs.CONTENT_DISPOSITION] = "attachment"
    return web.Response(body=content, headers=headers | {"Content-Security-Policy": "sandbox"})


def store(local: LocalSlack, file: File, content: bytes) -> None:
    """Keep the bytes of a file."""
    if len(content) != file.length:
        local.record.add("note", what="an upload of another length than announced", file=file.id,
                         announced=file.length, arrived=len(content))  # fmt: skip
    file.length, file.received = len(content), True
    local.uploads[file.id] = content
    local.keeper.keep_upload(file.id, content)


async def _content(request: web.Request) -> bytes:
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.filename:
                return await _read(part.read_chunk)
        raise ActError("no_file_data", "The form holds no file.")
    return await _read(request.content.readany)


async def _read(read: Callable[[], Awaitable[bytes]]) -> bytes:
    chunks: list[bytes] = []
    total = 0
    while chunk := await read():
        total += len(chunk)
        if total > LARGEST_FILE:
            raise ActError("file_upload_size_restricted", "The local Slack takes files of up to 50 MB.")
        chunks.append(chunk)
    return b"".join(chunks)


def _reader(local: LocalSlack, request: web.Request) -> str:
    token = bearer(request)
    for app in local.workspace.apps.values():
        if token and token == app.bot_token and not app.revoked and not app.uninstalled:
            return app.bot_user if "files:read" in app.facts.scopes else ""
    person = local.workspace.person(request.query.get("as", ""))
    return person.id if person else ""
