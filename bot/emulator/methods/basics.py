"""auth.*, api.*, apps.*, team.*, bots.*, emoji.*, blocks.validate."""

from bot.emulator.blockkit.schema import Finding
from bot.emulator.blockkit.surfaces import check_blocks, check_view
from bot.emulator.messages import bot_profile
from bot.emulator.methods.call import Call, Method, errors
from bot.emulator.wire import Json, SlackError


def auth_test(call: Call) -> Json:
    """Who the token belongs to."""
    workspace, app = call.local.workspace, call.app
    if call.args.get("token") == app.app_token:
        return {"app_name": app.name, "app_id": app.id}
    return {
        "url": f"{call.local.base_url}/", "team": workspace.team_name, "user": workspace.users[app.bot_user].name,
        "team_id": workspace.team_id, "user_id": app.bot_user, "bot_id": app.bot_id, "is_enterprise_install": False,
    }  # fmt: skip


def api_test(call: Call) -> Json:
    """Echo the arguments, or the error asked for."""
    args = {key: value for key, value in call.args.items() if key != "token"}
    if call.has("error"):
        raise SlackError(call.text("error"), args=args)
    return {"args": args}


def connections_open(call: Call) -> Json:
    """A WebSocket address good for one handshake."""
    ticket = call.local.sockets.issue_ticket(call.app.id)
    host = call.local.base_url.partition("://")[2]
    return {"url": f"ws://{host}/link/?ticket={ticket}&app_id={call.app.id}"}


def team_info(call: Call) -> Json:
    """The workspace."""
    workspace = call.local.workspace
    if call.has("team") and call.text("team") != workspace.team_id:
        raise SlackError("team_not_found")
    return {"team": {
        "id": workspace.team_id, "name": workspace.team_name, "domain": workspace.team_domain, "email_domain": "",
        "url": f"{call.local.base_url}/", "icon": {"image_default": True}, "avatar_base_url": "",
    }}  # fmt: skip


def bots_info(call: Call) -> Json:
    """One bot, of this app or another."""
    wanted = call.text("bot")
    for app in call.local.workspace.apps.values():
        if app.bot_id == wanted:
            return {"bot": bot_profile(call.local, app)}
    user = next((u for u in call.local.workspace.users.values() if u.is_bot and u.bot_id == wanted), None)
    if user is None:
        raise SlackError("bot_not_found")
    return {"bot": {"id": user.bot_id, "deleted": user.deleted, "name": user.real_name, "updated": 1700000000,
                    "app_id": user.app_id, "user_id": user.id, "icons": {}}}  # fmt: skip


def emoji_list(call: Call) -> Json:  # noqa: ARG001  the signature of every method
    """Custom emoji: there are none."""
    return {"emoji": {}, "cache_ts": "1700000000.000000"}


def blocks_validate(call: Call) -> Json:
    """Check blocks, a message or a view without posting it."""
    given = [name for name in ("blocks", "message", "view") if call.has(name)]
    if len(given) != 1:
        raise SlackError("invalid_arguments", response_metadata={
            "messages": ["must provide exactly one of `blocks`, `view`, or `message`"],
        })  # fmt: skip
    kind = given[0]
    payload = call.json(kind)
    findings: list[Finding]
    if kind == "blocks":
        findings = list(check_blocks(payload, None))
    elif kind == "view":
        findings = list(check_view(payload, ""))
    else:
        blocks = payload.get("blocks", []) if isinstance(payload, dict) else payload
        findings = list(check_blocks(blocks, "message", "/blocks"))
    if findings:
        raise SlackError(f"invalid_{kind}", errors=[finding.describe() for finding in findings])
    return {}


METHODS = (
    Method(name="auth.test", run=auth_test, credential="any"),
    Method(name="api.test", run=api_test, credential="none", note="Answers any error it is asked for."),
    Method(name="apps.connections.open", run=connections_open, credential="app"),
    Method(name="team.info", run=team_info, errors=errors("team_not_found")),
    Method(name="bots.info", run=bots_info, errors=errors("bot_not_found")),
    Method(name="emoji.list", run=emoji_list, faith="simplified", note="There are no custom emoji."),
    Method(name="blocks.validate", run=blocks_validate, credential="none",
           errors=errors("invalid_blocks invalid_message invalid_view"), faith="unknown",
           note="Shape and the code failed_constraint as documented; the other codes and messages are ours."),
)  # fmt: skip
