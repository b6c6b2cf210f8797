"""views.*: modals and the App Home."""

from typing import Any

from bot.emulator import views
from bot.emulator.methods.call import Call, Method, errors
from bot.emulator.wire import Json, SlackError, invalid_arguments
from bot.emulator.workspace import View


def view_open(call: Call) -> Json:
    """Open a modal for the person behind a trigger_id."""
    payload = views.checked(call.local, call.app, _view(call), kind="modal")
    trigger = call.local.triggers.spend(_trigger(call), call.app.id)
    return {"view": views.describe(call.local, views.open_modal(call.local, call.app, trigger.user_id, payload))}


def view_push(call: Call) -> Json:
    """Put a modal on top of the one the trigger_id comes from."""
    payload = views.checked(call.local, call.app, _view(call), kind="modal")
    trigger = call.local.triggers.spend(_trigger(call), call.app.id)
    if trigger.view_id not in call.local.workspace.stacks.get(trigger.user_id, []):
        raise SlackError("not_found", "views.push needs a trigger_id from an open modal.")
    return {"view": views.describe(call.local, views.push_modal(call.local, call.app, trigger.user_id, payload))}


def view_update(call: Call) -> Json:
    """Replace an open view, by view_id or external_id; `hash` guards against races."""
    view = _find(call)
    payload = views.checked(call.local, call.app, _view(call), kind=view.payload["type"], view_id=view.id)
    _guard(call, view)
    return {"view": views.describe(call.local, views.update_view(call.local, view, payload))}


def view_publish(call: Call) -> Json:
    """Set somebody's App Home."""
    workspace, app = call.local.workspace, call.app
    if not app.facts.home_enabled:
        raise SlackError("not_enabled", "The manifest switches the Home tab off.")
    user_id = call.text("user_id")
    if user_id not in workspace.users:
        raise SlackError("invalid_arguments", f"There is no user {user_id!r}.")
    known = workspace.views.get(workspace.homes.get(f"{app.id}:{user_id}", ""))
    payload = views.checked(call.local, app, _view(call), kind="home", view_id=known.id if known else "")
    if known is not None:
        _guard(call, known)
    elif call.has("hash"):
        raise SlackError("hash_conflict")
    return {"view": views.describe(call.local, views.publish_home(call.local, app, user_id, payload))}


def _view(call: Call) -> Any:
    return call.json("view")


def _trigger(call: Call) -> str:
    trigger = call.text("trigger_id") or call.text("interactivity_pointer")
    if not trigger:
        raise invalid_arguments("missing required field: trigger_id")
    return trigger


def _find(call: Call) -> View:
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not view_id and not external_id:
        raise invalid_arguments("missing required field: view_id")
    for view in views.shown(call.local.workspace):
        if view.app_id == call.app.id and (view.id == view_id if view_id else
                                           view.payload.get("external_id") == external_id):  # fmt: skip
            return view
    raise SlackError("not_found", "No such view is open: it may have been closed or submitted.")


def _guard(call: Call, view: View) -> None:
    if call.has("hash") and call.text("hash") != view.hash:
        raise SlackError("hash_conflict", "The view has changed since that hash.")


_OPEN = "duplicate_external_id view_too_large invalid_trigger_id expired_trigger_id exchanged_trigger_id "
METHODS = (
    Method(name="views.open", run=view_open, errors=errors(_OPEN), faith="simplified",
           note="With a modal open, views.open replaces it; what Slack does then is unknown."),
    Method(name="views.push", run=view_push, errors=errors(_OPEN + "not_found push_limit_reached")),
    Method(name="views.update", run=view_update,
           errors=errors("duplicate_external_id view_too_large hash_conflict not_found")),
    Method(name="views.publish", run=view_publish,
           errors=errors("duplicate_external_id view_too_large hash_conflict not_enabled")),
)  # fmt: skip
