"""What Slack shows around an agent's thread: status line, prompts, title, and the session with its Stop button."""

from bot.emulator import events, streams
from bot.emulator.apps import App
from bot.emulator.channels import Channel
from bot.emulator.local import LocalSlack
from bot.emulator.wire import ActError, Json

STATUS_SECONDS = 120.0
PROCESSING_SECONDS = 3600.0
STATUSES = ("active", "processing", "suspended", "closed")
STOPPED, RENAMED = "agent_session_stopped", "agent_session_title_changed"


def thread_key(channel: Channel, thread_ts: str) -> str:
    """The key of a thread in `workspace.threads`."""
    return f"{channel.id}:{thread_ts}"


def set_thread(local: LocalSlack, channel: Channel, thread_ts: str, **facts: object) -> None:
    """Set status, prompts or title of a thread; a status fades after two minutes."""
    key = thread_key(channel, thread_ts)
    thread: Json = local.workspace.threads.setdefault(key, {"channel": channel.id, "thread_ts": thread_ts})
    thread.update(facts)
    local.tell(channel, {"type": "status", "thread_ts": thread_ts, **facts})
    if facts.get("status"):
        thread["set_at"] = local.clock.now()
        arm_status(local, key)


def arm_status(local: LocalSlack, key: str) -> None:
    """Clear a status when its two minutes are over, unless it was set again."""
    set_at = local.workspace.threads[key].get("set_at", 0.0)

    def fade() -> None:
        thread = local.workspace.threads.get(key)
        if thread and thread.get("status") and thread.get("set_at") == set_at:
            thread["status"] = ""
            channel = local.workspace.channels[thread["channel"]]
            local.tell(channel, {"type": "status", "thread_ts": thread["thread_ts"], "status": ""})

    local.timetable.at(set_at + STATUS_SECONDS, fade)


def session_key(app: App, channel: Channel, thread_ts: str) -> str:
    """The key of a session in `workspace.sessions`."""
    return f"{app.id}:{channel.id}:{thread_ts}"


def set_session(local: LocalSlack, app: App, channel: Channel, thread_ts: str, status: str, **first: str) -> Json:
    """Create a session or change its status; `first` (title, initiator) counts only at creation."""
    key = session_key(app, channel, thread_ts)
    session: Json = local.workspace.sessions.setdefault(key, {
        "key": key, "app": app.id, "channel": channel.id, "thread_ts": thread_ts, **first,
        "created": local.clock.now(),
    })  # fmt: skip
    session |= {
        "status": status, "set_at": local.clock.now(),
        "stoppable": status == "processing" and app.listens_to(STOPPED, local.facts),
    }  # fmt: skip
    show_session(local, session)
    if status == "processing":
        arm_session(local, key)
    return session


def arm_session(local: LocalSlack, key: str) -> None:
    """Let `processing` fall back to `active` after an hour, unless it was said again."""
    set_at = local.workspace.sessions[key]["set_at"]

    def fall_back() -> None:
        session = local.workspace.sessions.get(key)
        if session and session["status"] == "processing" and session["set_at"] == set_at:
            session |= {"status": "active", "stoppable": False}
            show_session(local, session)

    local.timetable.at(set_at + PROCESSING_SECONDS, fall_back)


def show_session(local: LocalSlack, session: Json) -> None:
    """Tell the pages about a session."""
    channel = local.workspace.channels[session["channel"]]
    local.tell(channel, {
        "type": "session", "thread_ts": session["thread_ts"], "status": session["status"], "app": session["app"],
        "title": session.get("title", ""), "stoppable": session["stoppable"],
    })  # fmt: skip


async def stop(local: LocalSlack, wanted: Json) -> Json:
    """Somebody presses Stop: streams end, the app is told; the status is the app's to change."""
    user, channel = local.who(wanted.get("as")), local.where(wanted.get("channel"))
    session = _session(local, channel, str(wanted.get("thread_ts", "")))
    if not session["stoppable"]:
        raise ActError("not_stoppable", "The Stop button shows while the session is processing and the app subscribes to "
                       f"{STOPPED}.")  # fmt: skip
    app = local.workspace.apps[session["app"]]
    stopped = streams.stop_by_person(local, channel, session["thread_ts"], app.id)
    events.send(local, app, STOPPED, {
        "type": STOPPED, "channel": channel.id, "thread_ts": session["thread_ts"], "user": user.id,
        "streaming_message_ts": stopped, "event_ts": local.new_ts(),
    })  # fmt: skip
    return {"ok": True, "streams": stopped}


async def rename(local: LocalSlack, wanted: Json) -> Json:
    """Somebody gives a session another title."""
    user, channel = local.who(wanted.get("as")), local.where(wanted.get("channel"))
    session = _session(local, channel, str(wanted.get("thread_ts", "")))
    app = local.workspace.apps[session["app"]]
    event: Json = {
        "type": RENAMED, "channel": channel.id, "thread_ts": session["thread_ts"], "user": user.id,
        "team_id": local.workspace.team_id, "title": str(wanted.get("title", "")), "event_ts": local.new_ts(),
    }  # fmt: skip
    if session.get("title"):
        event["previous_title"] = session["title"]
    session["title"] = event["title"]
    show_session(local, session)
    events.send(local, app, RENAMED, event)
    return {"ok": True}


def _session(local: LocalSlack, channel: Channel, thread_ts: str) -> Json:
    for session in local.workspace.sessions.values():
        if session["channel"] == channel.id and session["thread_ts"] == thread_ts:
            found: Json = session
            return found
    raise ActError("session_not_found", f"There is no agent session in thread {thread_ts!r} of {channel.id}.")
