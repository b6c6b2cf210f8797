"""The manifest of the small app that the browser tests run against the local Slack."""

from typing import Any

SCOPES = (
    "app_mentions:read", "assistant:write", "channels:history", "channels:join", "channels:manage", "channels:read",
    "chat:write", "commands", "files:read", "files:write", "groups:history", "groups:read", "im:history", "im:read",
    "im:write", "reactions:read", "reactions:write", "team:read", "usergroups:read", "users:read",
)  # fmt: skip
EVENTS = (
    "agent_session_stopped", "app_home_opened", "app_mention", "message.channels", "message.groups", "message.im",
    "reaction_added",
)  # fmt: skip


def manifest(name: str = "Tester") -> dict[str, Any]:
    """Everything switched on, two shortcuts, and commands that behave, dawdle and open things."""
    return {
        "display_information": {"name": name},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": name},
            "agent_view": {"agent_description": "An app that the browser tests press"},
            "slash_commands": [
                {"command": "/kit", "description": "Post every element", "usage_hint": "[story]"},
                {"command": "/form", "description": "Open a form"},
                {"command": "/whisper", "description": "Answer in private"},
                {"command": "/silent", "description": "Never acknowledge"},
            ],
            "shortcuts": [
                {"name": "New note", "type": "global", "callback_id": "new_note", "description": "Opens a form"},
                {"name": "Take a copy", "type": "message", "callback_id": "take_copy", "description": "Copies it"},
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
    }
