"""The HTTP side: Web API, Socket Mode, response_url, files, the control API and the page, on one loopback port."""

import json

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.emulator.calls import Reply, carry_out
from bot.emulator.control.table import ACTS, run_act
from bot.emulator.interactions.responses import answer_url
from bot.emulator.local import LOCAL, LocalSlack
from bot.emulator.pages import (
    PAGE,
    PAGES,
    OpenPages,
    dumps,
    handle_favicon,
    handle_index,
    handle_page_socket,
    handle_permalink,
)
from bot.emulator.requests import LARGEST_BODY, bearer, read_arguments
from bot.emulator.transfers import handle_download, handle_upload
from bot.emulator.wire import ActError, Json, SlackError

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


def make_app(local: LocalSlack) -> web.Application:
    """The web application around a local Slack."""
    app = web.Application(middlewares=[only_loopback, clear_errors], client_max_size=LARGEST_BODY)
    app[LOCAL] = local
    app[PAGES] = OpenPages()
    app.router.add_route("*", "/api/{method}", handle_call)
    for path in ("/link", "/link/"):
        app.router.add_get(path, handle_link)
    app.router.add_post("/response/{id}", handle_response)
    app.router.add_get("/_control/ws", handle_page_socket)
    app.router.add_route("*", "/_control/{act}", handle_control)
    app.router.add_post("/upload/{id}", handle_upload)
    app.router.add_get("/files/{id}/{name}", handle_download)
    app.router.add_get("/", handle_index)
    app.router.add_get("/archives/{channel}/{message}", handle_permalink)
    app.router.add_get("/favicon.ico", handle_favicon)
    if PAGE.is_dir():
        app.router.add_static("/page", PAGE)
    app.on_shutdown.append(close_sockets)
    return app


@web.middleware
async def only_loopback(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse names other than loopback (a page elsewhere could point its own name here) and foreign pages."""
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if host not in LOOPBACK_NAMES:
        return web.json_response(
            {"ok": False, "error": "forbidden_host", "detail": f"The local Slack answers to 127.0.0.1, not to {host}."},
            status=403,
        )
    origin = request.headers.get("Origin", "")
    if origin and origin != "null" and origin.partition("://")[2] != request.host:
        return web.json_response(
            {"ok": False, "error": "forbidden_origin", "detail": f"Pages of {origin} may not talk to it."},
            status=403,
        )
    return await handler(request)


@web.middleware
async def clear_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say what was wrong as JSON, in place of aiohttp's HTML."""
    try:
        return await handler(request)
    except SlackError as refusal:
        status = 413 if refusal.code == "request_too_large" else 200
        return web.json_response(refusal.answer(), status=status)
    except ActError as refusal:
        return web.json_response(refusal.answer(), status=400)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return web.json_response(
            {
                "ok": False,
                "error": error.reason.lower().replace(" ", "_"),
                "detail": f"{request.method} {request.path}",
            },
            status=error.status,
        )


async def handle_call(request: web.Request) -> web.StreamResponse:
    """One call of the Web API."""
    local = request.app[LOCAL]
    name = request.match_info["method"]
    if request.method not in ("GET", "POST"):
        raise web.HTTPMethodNotAllowed(request.method, ["GET", "POST"])
    how = f"{request.method} {request.content_type}" if request.can_read_body else request.method
    try:
        args = await read_arguments(request)
    except SlackError as refusal:
        local.record.add("call", method=name, how=how, status=200, answer=refusal.answer(), ok=False)
        raise
    return _http(request, await carry_out(local, name, args, bearer(request), how))


def _http(request: web.Request, reply: Reply) -> web.StreamResponse:
    if reply.cut:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)
    if reply.garbage:
        return web.Response(text="<html>upstream error</html>", content_type="text/html")
    if reply.body is None:
        return web.Response(status=reply.status, headers=reply.headers, text="")
    return web.json_response(reply.body, status=reply.status, headers=reply.headers)


async def handle_link(request: web.Request) -> web.StreamResponse:
    """Socket Mode."""
    return await request.app[LOCAL].sockets.accept(request)


async def handle_response(request: web.Request) -> web.StreamResponse:
    """An answer to a response_url."""
    local = request.app[LOCAL]
    answer = await read_arguments(request)
    if isinstance(answer.get("payload"), str):
        answer |= json.loads(answer["payload"])
    for name in ("blocks", "attachments"):
        if isinstance(answer.get(name), str):
            answer[name] = json.loads(answer[name])
    entry = local.record.add("call", method="response_url", args=answer, how="POST", status=200, answer=None)
    try:
        answer_url(local, request.match_info["id"], answer)
    except SlackError as refusal:
        gone = refusal.code in ("used_url", "expired_url", "invalid_url")
        entry |= {"answer": refusal.answer(), "ok": False, "status": 404 if gone else 200}
        local.record.show(entry)
        return web.json_response(refusal.answer(), status=404 if gone else 200)
    entry |= {"answer": {"ok": True}, "ok": True}
    local.record.show(entry)
    return web.Response(text="ok")


async def handle_control(request: web.Request) -> web.StreamResponse:
    """One control command."""
    local = request.app[LOCAL]
    name = request.match_info["act"]
    if name == "faults" and request.method in ("GET", "DELETE"):
        name = "list_faults" if request.method == "GET" else "clear_faults"
    act = ACTS.get(name)
    if act is not None and act.verb == "POST" and request.method == "GET":
        raise ActError("use_post", f"{name} is a POST with a JSON body.")
    try:
        if request.can_read_body and request.content_type not in ("application/json", "application/octet-stream"):
            raise ActError("use_json", f"The control API reads JSON, not {request.content_type}.")
        wanted = await _wanted(request)
        return web.json_response(await run_act(local, name, wanted), dumps=dumps)
    except SlackError as refusal:
        raise ActError(refusal.code, refusal.detail or refusal.code) from refusal
    except (TypeError, ValueError, AttributeError) as error:
        raise ActError("invalid_request", f"{name} cannot be done like that: {error}.") from error


async def _wanted(request: web.Request) -> Json:
    wanted: Json = dict(request.query)
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise ActError("request_too_large", f"A request may be {LARGEST_BODY} bytes long.") from error
    if not body:
        return wanted
    try:
        value = json.loads(body)
    except ValueError as error:
        raise ActError("invalid_json", f"The body is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise ActError("json_not_object", "The body must be a JSON object.")
    return wanted | value


async def close_sockets(app: web.Application) -> None:
    """Close what would otherwise keep the server from stopping."""
    await app[LOCAL].sockets.close()
    await app[PAGES].close()
