"""functions.completeSuccess and functions.completeError."""

from bot.emulator.methods.call import Call, Method, errors
from bot.emulator.wire import Json, SlackError


def complete_success(call: Call) -> Json:
    """A step succeeded; its outputs must have the names the manifest gives them."""
    execution = _running(call)
    outputs = call.json("outputs")
    spec = call.app.facts.functions[execution["callback_id"]].get("output_parameters") or {}
    known = spec.get("properties", spec)
    if not isinstance(outputs, dict) or set(outputs) - set(known):
        raise SlackError("parameter_validation_failed", f"The outputs may be {', '.join(known)}.")
    return _finish(call, execution, "completed", outputs=outputs)


def complete_error(call: Call) -> Json:
    """A step failed, with the sentence people read."""
    return _finish(call, _running(call), "failed", error=call.text("error"))


def _running(call: Call) -> Json:
    found = call.local.workspace.executions.get(call.text("function_execution_id"))
    if found is None:
        raise SlackError("function_execution_not_found")
    if found["app"] != call.app.id:
        raise SlackError("access_denied")
    if found["status"] != "running":
        raise SlackError("execution_not_in_running_state")
    execution: Json = found
    return execution


def _finish(call: Call, execution: Json, status: str, **facts: object) -> Json:
    execution |= {"status": status, **facts}
    call.local.bulletin.publish({"type": "execution", "execution": execution})
    return {}


_ERRORS = "function_execution_not_found execution_not_in_running_state access_denied "
METHODS = (
    Method(name="functions.completeSuccess", run=complete_success, errors=errors(_ERRORS + "parameter_validation_failed"),
           faith="simplified", note="Outputs are checked by name, not by type.",
           required_checked_inside=("outputs",)),
    Method(name="functions.completeError", run=complete_error, errors=errors(_ERRORS)),
)  # fmt: skip
