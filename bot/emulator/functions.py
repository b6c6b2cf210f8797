"""Workflow steps of the app: started by a test or the page, finished by the app."""

import secrets
from typing import Any

from bot.emulator import events
from bot.emulator.local import LocalSlack
from bot.emulator.wire import ActError, Json


async def run_function(local: LocalSlack, wanted: Json) -> Json:
    """Run a step as a workflow would: function_executed with a token of its own."""
    callback_id = str(wanted.get("callback_id", ""))
    app = next((a for a in local.workspace.apps.values() if callback_id in a.facts.functions), None)
    if app is None:
        raise ActError("unknown_function", f"No manifest has the function {callback_id!r}.")
    spec: Json = app.facts.functions[callback_id]
    token = f"xwfp-local-{secrets.token_hex(8)}"
    app.function_tokens = [*app.function_tokens[-49:], token]
    execution: Json = {
        "id": local.workspace.new_id("Fx"), "app": app.id, "callback_id": callback_id, "status": "running",
        "inputs": wanted.get("inputs") or {}, "outputs": None, "error": None,
    }  # fmt: skip
    local.workspace.executions[execution["id"]] = execution
    events.send(local, app, "function_executed", {
        "type": "function_executed", "inputs": execution["inputs"], "function_execution_id": execution["id"],
        "workflow_execution_id": local.workspace.new_id("Wx"), "event_ts": local.new_ts(), "bot_access_token": token,
        "function": {
            "id": f"Fn0{callback_id.upper()}", "callback_id": callback_id, "title": spec.get("title", callback_id),
            "description": spec.get("description", ""), "type": "app", "app_id": app.id,
            "input_parameters": _parameters(spec.get("input_parameters")),
            "output_parameters": _parameters(spec.get("output_parameters")),
            "date_created": 1700000000, "date_updated": 1700000000, "date_deleted": 0,
        },
    })  # fmt: skip
    return {"ok": True, "function_execution_id": execution["id"]}


async def read_executions(local: LocalSlack, wanted: Json) -> Json:
    """What became of steps, or of the one with `id`."""
    found = [e for e in local.workspace.executions.values() if wanted.get("id") in (None, e["id"])]
    return {"ok": True, "executions": found}


def _parameters(described: Any) -> list[Json]:
    if not isinstance(described, dict):
        return []
    known: Any = described.get("properties", described)
    required = described.get("required") or []
    items = known.items() if isinstance(known, dict) else []
    return [
        {"name": name, "type": spec.get("type", "string"), "title": spec.get("title", name),
         "description": spec.get("description", ""), "is_required": name in required or bool(spec.get("is_required"))}
        for name, spec in items if isinstance(spec, dict)
    ]  # fmt: skip
