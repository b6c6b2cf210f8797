"""assistant.threads.* and agents.sessions.*."""

from bot.emulator import agents
from bot.emulator.channels import Channel
from bot.emulator.methods.call import Call, Method, errors
from bot.emulator.wire import Json, SlackError, invalid_arguments

LONGEST_TITLE = 200
NO_STOP_BUTTON = "missing_agent_session_stopped_event_subscription"


def set_status(call: Call) -> Json:
    """The line that says what the agent is doing; empty clears it."""
    channel, thread_ts = _thread(call)
    loading = call.json("loading_messages") if call.has("loading_messages") else []
    agents.set_thread(call.local, channel, thread_ts, status=call.text("status"), loading_messages=loading,
                      app=call.app.id)  # fmt: skip
    return {}


def set_prompts(call: Call) -> Json:
    """Prompts offered in the agent's conversation."""
    if not call.app.facts.is_agent:
        raise SlackError("not_agent_app", "The manifest has no agent_view.")
    channel = call.channel("channel_id")
    prompts = call.json("prompts")
    fits = isinstance(prompts, list) and all(
        isinstance(p, dict) and p.get("title") and p.get("message") for p in prompts
    )
    if not fits:
        raise invalid_arguments("must be an array of {title, message} [json-pointer:/prompts]")
    thread_ts = call.text("thread_ts")
    if thread_ts and thread_ts not in channel.messages:
        raise SlackError("invalid_thread_ts")
    agents.set_thread(call.local, channel, thread_ts, prompts=prompts, prompts_title=call.text("title"))
    return {}


def set_title(call: Call) -> Json:
    """The title of the agent's thread."""
    channel, thread_ts = _thread(call)
    agents.set_thread(call.local, channel, thread_ts, title=call.text("title"))
    return {}


def set_session_status(call: Call) -> Json:
    """Create an agent session, or change its status."""
    channel, thread_ts = _session_place(call)
    status = call.text("status")
    if status not in agents.STATUSES:
        raise SlackError("invalid_status", f"A session is one of {', '.join(agents.STATUSES)}.")
    title, initiator = call.text("title"), call.text("initiator_user_id")
    if initiator and initiator not in channel.members:
        raise SlackError("user_not_found", "initiator_user_id must be a member of the channel.")
    if len(title) > LONGEST_TITLE:
        raise invalid_arguments("must be at most 200 characters [json-pointer:/title]")
    session = agents.set_session(call.local, call.app, channel, thread_ts, status, title=title, initiator=initiator)
    said: Json = {"agent_status": status, "status": status, "title": session.get("title", "")}
    if status == "processing" and not session["stoppable"]:
        said |= {"warning": NO_STOP_BUTTON, "response_metadata": {"warnings": [NO_STOP_BUTTON]}}
    return said


def rename_session(call: Call) -> Json:
    """Another title for a session."""
    channel, thread_ts = _session_place(call)
    title = call.text("title")
    if not 0 < len(title) <= LONGEST_TITLE:
        raise SlackError("invalid_name", "A title has 1 to 200 characters.")
    session = call.local.workspace.sessions.get(agents.session_key(call.app, channel, thread_ts))
    if session is None:
        raise SlackError("session_not_found")
    session["title"] = title
    agents.show_session(call.local, session)
    return {"title": title}


def _thread(call: Call) -> tuple[Channel, str]:
    channel = call.channel("channel_id")
    thread_ts = call.text("thread_ts")
    if thread_ts not in channel.messages:
        raise SlackError("invalid_thread_ts", f"There is no message {thread_ts!r} in {channel.id}.")
    return channel, thread_ts


def _session_place(call: Call) -> tuple[Channel, str]:
    if not call.app.facts.is_agent:
        raise SlackError("feature_disabled", "The manifest has no agent_view.")
    channel = call.channel("channel_id")
    if call.app.bot_user not in channel.members:
        raise SlackError("not_authorized", "The app is not in this conversation.")
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        raise SlackError("thread_ts_required")
    return channel, thread_ts


_SESSION = "channel_not_found feature_disabled not_authorized thread_ts_required "
METHODS = (
    Method(name="assistant.threads.setStatus", run=set_status, errors=errors("channel_not_found invalid_thread_ts"),
           required_checked_inside=("status",), faith="simplified", note="username and icons are ignored."),
    Method(name="assistant.threads.setSuggestedPrompts", run=set_prompts,
           errors=errors("channel_not_found invalid_thread_ts not_agent_app")),
    Method(name="assistant.threads.setTitle", run=set_title, errors=errors("channel_not_found invalid_thread_ts")),
    Method(name="agents.sessions.setStatus", run=set_session_status, faith="unknown",
           note="Arguments and errors as documented; the answer's fields follow the types of Slack's JavaScript SDK.",
           errors=errors(_SESSION + "invalid_status user_not_found")),
    Method(name="agents.sessions.rename", run=rename_session, faith="unknown",
           note="As for setStatus.", errors=errors(_SESSION + "invalid_name session_not_found")),
)  # fmt: skip
