"""Reads the arguments of an HTTP call, however they travelled: query, form, JSON or multipart."""

import json

from aiohttp import web

from bot.emulator.wire import Json, SlackError

LARGEST_BODY = 4 * 1024 * 1024
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def read_arguments(request: web.Request) -> Json:
    """All arguments of a call, the body's winning over the query's; raises Slack's own refusals."""
    args: Json = dict(request.query)
    if request.method == "GET" or not request.can_read_body:
        return args
    kind = request.content_type
    try:
        if kind == "application/json":
            return args | _json(await request.read(), request.charset)
        if kind in FORMS:
            form = await request.post()
            return args | {key: value for key, value in form.items() if isinstance(value, str)}
        if not await request.read():
            return args
    except web.HTTPRequestEntityTooLarge as error:
        raise SlackError("request_too_large", f"A request may be {LARGEST_BODY} bytes long.") from error
    except (UnicodeDecodeError, LookupError) as error:
        raise SlackError("invalid_charset", "The body is not in the charset it says.") from error
    except ValueError as error:
        raise SlackError("invalid_form_data", f"The form cannot be read: {error}.") from error
    if "Content-Type" not in request.headers:
        raise SlackError("missing_post_type", "Say in Content-Type what the body is.")
    raise SlackError("invalid_post_type", f"Slack reads JSON and forms, not {kind}.")


def bearer(request: web.Request) -> str:
    """The token in the Authorization header, or nothing."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _json(body: bytes, charset: str | None) -> Json:
    if charset and charset.lower() not in ("utf-8", "utf8"):
        raise SlackError("invalid_charset", "JSON travels as UTF-8.")
    try:
        value = json.loads(body or b"{}")
    except UnicodeDecodeError as error:
        raise SlackError("invalid_charset", "JSON travels as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise SlackError("invalid_json", f"The body is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise SlackError("json_not_object", "The body must be a JSON object.")
    value.pop("token", None)  # a JSON call carries its token in the header only
    return value
