"""Submitting and closing modals."""

from typing import Any

from bot.emulator import views
from bot.emulator.inputs import entered, problem, stateful, values
from bot.emulator.interactions.payloads import may_act, shared
from bot.emulator.local import LocalSlack
from bot.emulator.people import User
from bot.emulator.wire import ActError, Json, SlackError
from bot.emulator.workspace import View


async def submit(local: LocalSlack, user: User, view_id: str, given: Json) -> Json:
    """Press the submit button; `given` is what the person entered, by block_id, in full or plainly."""
    may_act(user)
    view = find_modal(local, user, view_id)
    for block_id, value in given.items():
        enter(local, view, block_id, value)
    blocks = view.payload["blocks"]
    state = values(blocks, view.state)
    problems: Json = {}
    for block, element in stateful(blocks):
        wrong = problem(block, element, state[block["block_id"]][element["action_id"]])
        if block["type"] == "input" and wrong:
            problems[block["block_id"]] = wrong
    if problems:
        return {"ok": True, "acked": True, "ack_ms": 0.0, "errors": problems, "client": True}
    app = local.workspace.apps[view.app_id]
    payload = shared(local, app, user, "view_submission") | {
        "trigger_id": local.triggers.issue(app.id, user.id, view.id),
        "view": views.describe(local, view),
        "response_urls": _response_urls(local, app.id, user, blocks, state),
    }
    outcome = await local.deliveries.ask(
        app.id, "interactive", payload, f"submit {view.payload.get('callback_id', '')}", accepts=True, user=user.id
    )
    said: Json = {"ok": True, **outcome.describe()}
    if not outcome.acked:
        return said
    return said | follow(local, view, outcome.payload or {})


def follow(local: LocalSlack, view: View, answer: Json) -> Json:
    """Do what the acknowledgement of a submission says; nothing said closes the view."""
    app = local.workspace.apps[view.app_id]
    action = answer.get("response_action")
    try:
        match action:
            case None | "":
                views.close_view(local, view)
                return {"view": _top(local, view.user_id)}
            case "clear":
                views.close_view(local, view, clear=True)
                return {"view": None}
            case "errors":
                return _errors(view, answer.get("errors"))
            case "update":
                payload = views.checked(local, app, answer.get("view"), kind="modal", view_id=view.id)
                return {"view": views.describe(local, views.update_view(local, view, payload))}
            case "push":
                payload = views.checked(local, app, answer.get("view"), kind="modal")
                return {"view": views.describe(local, views.push_modal(local, app, view.user_id, payload))}
            case _:
                raise SlackError("invalid_response_action", f"There is no response_action {action!r}.")
    except SlackError as refusal:
        local.record.add("note", what="the answer to a submission was refused", answer=refusal.answer())
        return {"refused": refusal.answer(), "warning": "We had some trouble connecting. Try again?"}


async def close(local: LocalSlack, user: User, view_id: str, *, clear: bool = False) -> Json:
    """Close a modal (or with `clear` the whole stack); the app hears of it if it asked to."""
    view = find_modal(local, user, view_id)
    clear = clear or bool(view.payload.get("clear_on_close"))
    app = local.workspace.apps[view.app_id]
    said: Json = {"ok": True, "acked": True, "ack_ms": 0.0}
    notices = []
    for gone in _closing(local, view, clear):
        if gone.payload.get("notify_on_close"):
            payload = shared(local, app, user, "view_closed")
            notices.append(payload | {"view": views.describe(local, gone), "is_cleared": clear})
    views.close_view(local, view, clear=clear)
    for payload in notices:
        outcome = await local.deliveries.ask(
            app.id, "interactive", payload, f"close {payload['view']['callback_id']}", accepts=False, user=user.id
        )
        said |= outcome.describe()
    return said | {"view": _top(local, user.id)}


def enter(local: LocalSlack, view: View, block_id: str, value: Any) -> None:
    """Enter one value: `{action_id: {...}}`, `{action_id: plain}` or plainly for the only input of a block."""
    held = [(block, element) for block, element in stateful(view.payload["blocks"]) if block["block_id"] == block_id]
    if not held:
        known = ", ".join(block["block_id"] for block, _ in stateful(view.payload["blocks"]))
        raise ActError("block_not_found", f"This view has no input with block_id {block_id!r}. It has: {known}.")
    for block, element in held:
        action_id = element["action_id"]
        if isinstance(value, dict) and action_id in value:
            entry = entered(local.workspace, element, value[action_id])
        elif len(held) == 1 and not _names_other_actions(element, value):
            entry = entered(local.workspace, element, value)
        else:
            continue
        view.state.setdefault(block["block_id"], {})[action_id] = entry


def _names_other_actions(element: Json, value: Any) -> bool:
    if not isinstance(value, dict) or not value or element["type"] == "rich_text_input" or "text" in value:
        return False
    return all(isinstance(inner, dict) for inner in value.values())


def find_modal(local: LocalSlack, user: User, view_id: str) -> View:
    """A modal this person has open."""
    view = local.workspace.views.get(view_id)
    if view is None or view_id not in local.workspace.stacks.get(user.id, []):
        raise ActError("view_not_found", f"{user.name} has no modal {view_id!r} open.")
    return view


def _closing(local: LocalSlack, view: View, clear: bool) -> list[View]:
    stack = local.workspace.stacks[view.user_id]
    ids = stack if clear else stack[stack.index(view.id) :]
    return [local.workspace.views[view_id] for view_id in reversed(ids)]


def _errors(view: View, errors: Any) -> Json:
    inputs = {block["block_id"] for block, _ in stateful(view.payload["blocks"]) if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise SlackError("invalid_response_action", "errors must be an object of block_id and message.")
    unknown = sorted(set(errors) - inputs)
    if unknown:
        raise SlackError("invalid_response_action", f"The view has no inputs called {', '.join(unknown)}.")
    return {"errors": errors}


def _top(local: LocalSlack, user_id: str) -> Json | None:
    stack = local.workspace.stacks.get(user_id, [])
    return views.describe(local, local.workspace.views[stack[-1]]) if stack else None


def _response_urls(local: LocalSlack, app_id: str, user: User, blocks: Any, state: Json) -> list[Json]:
    urls = []
    for block, element in stateful(blocks):
        entry = state[block["block_id"]][element["action_id"]]
        chosen = entry.get("selected_conversation") or entry.get("selected_channel")
        if element.get("response_url_enabled") and chosen:
            url = local.response_url(local.workspace.apps[app_id], user.id, chosen)
            urls.append({"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": chosen,
                         "response_url": url})  # fmt: skip
    return urls
