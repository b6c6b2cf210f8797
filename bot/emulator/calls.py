"""Carries out a call of the Web API: faults, token, scope, rate, arguments, then the method itself."""

import asyncio
import logging
from dataclasses import dataclass, field

from bot.emulator.apps import App, refuse_real_token
from bot.emulator.faults import Fault
from bot.emulator.local import LocalSlack
from bot.emulator.methods import TABLE
from bot.emulator.methods.call import Call, Method, missing_scope
from bot.emulator.record import without_secrets
from bot.emulator.wire import Json, SlackError, invalid_arguments

LOG = logging.getLogger("bot.emulator")
BEFORE = ("cut", "rate_limited", "server_error", "error")
AFTER = ("lost_reply", "malformed_reply")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What goes back over HTTP. `cut` means: nothing does, the connection is closed."""

    body: Json | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    garbage: bool = False


async def carry_out(local: LocalSlack, name: str, args: Json, header_token: str, how: str) -> Reply:
    """One call from arguments to reply, recorded with its timing."""
    began = local.clock.ticks()
    entry = local.record.add("call", method=name, args=without_secrets(args), how=how, status=None, answer=None)
    reply = await _reply(local, name, args, header_token, entry)
    entry |= {
        "status": reply.status, "answer": reply.body, "cut": reply.cut,
        "ok": bool(reply.body and reply.body.get("ok")), "ms": round((local.clock.ticks() - began) * 1000, 3),
    }  # fmt: skip
    local.record.show(entry)
    return reply


async def _reply(local: LocalSlack, name: str, args: Json, header_token: str, entry: Json) -> Reply:
    facts = {"method": name, "channel": args.get("channel", args.get("channel_id", "")), "user": args.get("user", "")}
    slow = local.faults.take("slow", now=local.clock.now(), **facts)
    if slow:
        entry["fault"] = "slow"
        await asyncio.sleep(float(slow.params.get("seconds", 1.0)))
    before = local.faults.take(*BEFORE, now=local.clock.now(), **facts)
    if before:
        entry["fault"] = before.kind
        return _misbehave(before)
    try:
        reply = _run(local, name, args, header_token, entry)
    except SlackError as refusal:
        reply = _refusal(refusal)
    after = local.faults.take(*AFTER, now=local.clock.now(), **facts)
    if after:
        entry["fault"] = after.kind
        lost = after.kind == "lost_reply"
        return Reply(body=reply.body, status=reply.status, headers=reply.headers, cut=lost, garbage=not lost)
    return reply


def _run(local: LocalSlack, name: str, args: Json, header_token: str, entry: Json) -> Reply:
    method = TABLE.get(name)
    if method is None:
        raise _unknown(local, name)
    app = _caller(local, method, args, header_token)
    if app is not None:
        entry["app"] = app.id
    facts = local.facts.methods.get(name)
    headers = {"x-slack-req-id": f"local-{entry['n']}"}
    if app is not None:
        headers |= {"x-oauth-scopes": ",".join(sorted(app.facts.scopes))}
        if facts is not None:
            headers |= {"x-accepted-oauth-scopes": ",".join(facts.scopes)}
    _check_scope(local, method, app)
    channel = str(args.get("channel", ""))
    wait = local.rates.spend(app.id if app else "", name, facts.tier if facts else "t5", channel)
    if wait:
        return Reply(body={"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(wait)})
    if facts is not None:
        missing = [f for f in facts.required if args.get(f) in (None, "") and f not in method.required_checked_inside]
        if missing:
            raise invalid_arguments(*(f"missing required field: {field}" for field in missing))
    token_seen = header_token or str(args.get("token", ""))
    answer = method.run(Call(local=local, method=name, args=args | {"token": token_seen}, caller=app))
    return Reply(body={"ok": True} | answer, headers=headers)


def _caller(local: LocalSlack, method: Method, args: Json, header_token: str) -> App | None:
    token = header_token if method.credential == "app" else header_token or str(args.get("token", ""))
    if token:
        refuse_real_token(token)
    if method.credential == "none":
        return None
    if not token:
        raise SlackError("not_authed", "Send the token as `Authorization: Bearer xoxb-local-...`.")
    for app in local.workspace.apps.values():
        if token not in (app.bot_token, app.app_token) and token not in app.function_tokens:
            continue
        kind = "app" if token == app.app_token else "bot"
        if kind == "bot" and app.uninstalled:
            raise SlackError("account_inactive", "The app was removed from the workspace.")
        if app.revoked if kind == "bot" else app.app_token_revoked:
            raise SlackError("token_revoked")
        if method.credential not in ("any", kind):
            raise SlackError("not_allowed_token_type", f"{method.name} takes the {method.credential} token of the app.")
        return app
    raise SlackError("invalid_auth", "No app of this workspace has this token.")


def _check_scope(local: LocalSlack, method: Method, app: App | None) -> None:
    facts = local.facts.methods.get(method.name)
    if app is None or facts is None or not facts.scopes:
        return
    if not any(scope in app.facts.scopes for scope in facts.scopes):
        raise missing_scope(app, facts.scopes)


def _unknown(local: LocalSlack, name: str) -> SlackError:
    if name in local.facts.absent:
        detail = f"Slack has the method {name}; the local Slack does not speak it. See docs/reference/emulator.md."
    else:
        detail = f"Neither Slack nor the local Slack has a method called {name}."
    LOG.warning("%s", detail, extra={"event": "emulator.unknown_method", "method": name})
    return SlackError("unknown_method", detail, req_method=name)


def _refusal(refusal: SlackError) -> Reply:
    return Reply(body=refusal.answer(), status=413 if refusal.code == "request_too_large" else 200)


def _misbehave(fault: Fault) -> Reply:
    match fault.kind:
        case "cut":
            return Reply(cut=True)
        case "rate_limited":
            wait = str(int(fault.params.get("retry_after", 1)))
            return Reply(body={"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": wait})
        case "server_error":
            return Reply(status=int(fault.params.get("status", 503)))
        case _:
            return Reply(body={"ok": False, "error": str(fault.params.get("error", "internal_error"))})
