"""Modals and App Homes: opened, stacked, changed and closed."""

import secrets
from copy import deepcopy

from bot.emulator.apps import App
from bot.emulator.blockkit.surfaces import MOST_VIEW_BYTES, check_view, placed, view_size
from bot.emulator.inputs import values
from bot.emulator.local import LocalSlack
from bot.emulator.wire import Json, SlackError, invalid_arguments
from bot.emulator.workspace import View, Workspace

DEEPEST_STACK = 3


def checked(local: LocalSlack, app: App, view: object, *, kind: str, view_id: str = "") -> Json:
    """The view an app sent, or the refusal Slack would answer with."""
    if isinstance(view, dict) and view_size(view) > MOST_VIEW_BYTES:
        raise SlackError("view_too_large", f"A view may be {MOST_VIEW_BYTES} bytes long.")
    findings = list(check_view(view))
    if not findings and isinstance(view, dict) and view["type"] != kind:
        raise invalid_arguments(f"view.type must be {kind} here [json-pointer:/view/type]")
    if findings or not isinstance(view, dict):
        raise SlackError(
            "invalid_arguments",
            errors=[finding.describe() for finding in findings],
            response_metadata={
                "messages": [f"[ERROR] {finding.message} [json-pointer:{finding.pointer}]" for finding in findings]
            },
        )
    external = view.get("external_id")
    if external and any(v.payload.get("external_id") == external and v.app_id == app.id and v.id != view_id
                        for v in shown(local.workspace)):  # fmt: skip
        raise SlackError("duplicate_external_id", f"external_id {external!r} belongs to another view.")
    return with_ids(local.workspace, deepcopy(view))


def shown(workspace: Workspace) -> list[View]:
    """Every view that somebody has open, and every App Home."""
    ids = [view_id for stack in workspace.stacks.values() for view_id in stack] + list(workspace.homes.values())
    return [workspace.views[view_id] for view_id in ids]


def with_ids(workspace: Workspace, holder: Json) -> Json:
    """Give every block and element without an id one, as Slack does."""
    add_ids(workspace, holder.get("blocks"))
    return holder


def add_ids(workspace: Workspace, blocks: object) -> None:
    """The same for a list of blocks, in place."""
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, dict):
            block.setdefault("block_id", workspace.new_id("b"))
            add_ids(workspace, block.get("child_blocks"))
            if block.get("type") == "carousel":
                add_ids(workspace, block.get("elements"))
    for _, element in placed(blocks):
        element.setdefault("action_id", workspace.new_id("a"))


def describe(local: LocalSlack, view: View) -> Json:
    """The `view` object with its state."""
    app = local.workspace.apps[view.app_id]
    payload = view.payload
    said: Json = {
        "id": view.id, "team_id": local.workspace.team_id, "type": payload["type"], "blocks": payload["blocks"],
        "private_metadata": payload.get("private_metadata", ""), "callback_id": payload.get("callback_id", ""),
        "state": {"values": values(payload["blocks"], view.state)}, "hash": view.hash,
        "title": payload.get("title"), "clear_on_close": payload.get("clear_on_close", False),
        "notify_on_close": payload.get("notify_on_close", False), "close": payload.get("close"),
        "submit": payload.get("submit"), "previous_view_id": view.previous_id or None,
        "root_view_id": view.root_id or view.id, "app_id": app.id, "external_id": payload.get("external_id", ""),
        "app_installed_team_id": local.workspace.team_id, "bot_id": app.bot_id,
    }  # fmt: skip
    if payload.get("submit_disabled"):
        said["submit_disabled"] = True
    return said


def open_modal(local: LocalSlack, app: App, user_id: str, payload: Json) -> View:
    """Open a modal as the only one of this person."""
    drop_stack(local.workspace, user_id)
    view = _new(local, app, user_id, payload)
    local.workspace.stacks[user_id] = [view.id]
    _show(local, view, "view_opened")
    return view


def push_modal(local: LocalSlack, app: App, user_id: str, payload: Json) -> View:
    """Put a modal on top of the person's stack of at most three."""
    stack = local.workspace.stacks.get(user_id, [])
    if len(stack) >= DEEPEST_STACK:
        raise SlackError("push_limit_reached", "A stack holds three views.")
    view = _new(local, app, user_id, payload)
    if stack:
        top = local.workspace.views[stack[-1]]
        view.previous_id, view.root_id = top.id, top.root_id or top.id
    local.workspace.stacks[user_id] = [*stack, view.id]
    _show(local, view, "view_pushed")
    return view


def update_view(local: LocalSlack, view: View, payload: Json) -> View:
    """Replace what a view says; what was entered stays where block_id and action_id stay."""
    view.payload = payload
    view.hash = new_hash(local)
    _show(local, view, "view_updated")
    return view


def publish_home(local: LocalSlack, app: App, user_id: str, payload: Json) -> View:
    """Set a person's App Home; its view id stays the same."""
    key = f"{app.id}:{user_id}"
    view = local.workspace.views.get(local.workspace.homes.get(key, ""))
    if view is None:
        view = _new(local, app, user_id, payload)
        local.workspace.homes[key] = view.id
    view.payload, view.hash = payload, new_hash(local)
    local.bulletin.publish({"type": "home", "app": app.id, "user": user_id, "view": describe(local, view)},
                           sees=lambda viewer: viewer == user_id)  # fmt: skip
    return view


def close_view(local: LocalSlack, view: View, *, clear: bool = False) -> list[View]:
    """Take a view (or the whole stack) away from its person; returns what was closed, top first."""
    stack = local.workspace.stacks.get(view.user_id, [])
    keep = 0 if clear or view.id not in stack else stack.index(view.id)
    closed = [local.workspace.views[view_id] for view_id in reversed(stack[keep:])]
    local.workspace.stacks[view.user_id] = stack[:keep]
    for gone in closed:
        local.workspace.views.pop(gone.id, None)
        local.bulletin.publish({"type": "view_closed", "view_id": gone.id, "user": view.user_id},
                               sees=lambda viewer: viewer == view.user_id)  # fmt: skip
    return closed


def drop_stack(workspace: Workspace, user_id: str) -> None:
    """Forget the modals a person has open."""
    for view_id in workspace.stacks.pop(user_id, []):
        workspace.views.pop(view_id, None)


def new_hash(local: LocalSlack) -> str:
    """A fresh version mark."""
    return f"{int(local.clock.now())}.{secrets.token_hex(4)}"


def _new(local: LocalSlack, app: App, user_id: str, payload: Json) -> View:
    view = View(id=local.workspace.new_id("V"), app_id=app.id, user_id=user_id, payload=payload, hash=new_hash(local))
    view.root_id = view.id
    local.workspace.views[view.id] = view
    local.made.append({"id": view.id, "user": user_id, "callback_id": payload.get("callback_id", "")})
    return view


def _show(local: LocalSlack, view: View, kind: str) -> None:
    if view.payload["type"] == "home":
        kind = "home"
    notice = {"type": kind, "view": describe(local, view), "user": view.user_id, "app": view.app_id}
    local.bulletin.publish(notice, sees=lambda viewer: viewer == view.user_id)
