"""Blocks that hold every interactive element once, for messages, forms and the App Home."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, description: str = "") -> Json:
    made: Json = {"text": plain(text), "value": value}
    return made | ({"description": plain(description)} if description else {})


QUEUES = [
    option("Billing", "billing", "Invoices and refunds"),
    option("Shipping", "shipping"),
    option("Account", "account"),
]


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": f"v-{action_id}", **more}


def confirm(title: str) -> Json:
    return {"title": plain(title), "text": mrkdwn("This *cannot* be taken back."), "confirm": plain("Do it"),
            "deny": plain("Go back")}  # fmt: skip


def elements() -> list[Json]:
    """Every element that may stand in an actions block."""
    return [
        button("Press", "press", style="primary"),
        button("Danger", "danger", style="danger", confirm=confirm("Email 212 customers?")),
        button("Silent", "silent"),
        button("Only Bo", "only_bo", visible_to_user_ids=["U0BO"]),
        {"type": "overflow", "action_id": "overflow", "options": QUEUES},
        {"type": "static_select", "action_id": "static", "placeholder": plain("Queue"), "options": QUEUES},
        {"type": "static_select", "action_id": "grouped", "placeholder": plain("Grouped"),
         "option_groups": [{"label": plain("Front"), "options": QUEUES[:1]}, {"label": plain("Back"), "options": QUEUES[1:]}]},
        {"type": "external_select", "action_id": "external", "placeholder": plain("Searched"), "min_query_length": 1},
        {"type": "users_select", "action_id": "user", "placeholder": plain("Person")},
        {"type": "conversations_select", "action_id": "conversation", "placeholder": plain("Conversation")},
        {"type": "channels_select", "action_id": "channel", "placeholder": plain("Channel")},
        {"type": "datepicker", "action_id": "date", "placeholder": plain("Day")},
        {"type": "timepicker", "action_id": "time", "placeholder": plain("Time")},
        {"type": "datetimepicker", "action_id": "moment"},
        {"type": "checkboxes", "action_id": "boxes", "options": QUEUES},
        {"type": "radio_buttons", "action_id": "radio", "options": QUEUES},
    ]  # fmt: skip


def many() -> list[Json]:
    """Selects of many things, one block each, since they may not stand in actions."""
    kinds: list[Json] = [
        {"type": "multi_static_select", "action_id": "many_static", "options": QUEUES},
        {"type": "multi_external_select", "action_id": "many_external", "min_query_length": 1},
        {"type": "multi_users_select", "action_id": "many_users"},
        {"type": "multi_conversations_select", "action_id": "many_conversations"},
        {"type": "multi_channels_select", "action_id": "many_channels"},
    ]
    return [
        {"type": "section", "block_id": f"s-{kind['action_id']}", "text": mrkdwn(kind["action_id"]),
         "accessory": kind | {"placeholder": plain("Some")}}
        for kind in kinds
    ]  # fmt: skip


def kit() -> list[Json]:
    """A message that holds them all."""
    feedback: Json = {
        "type": "feedback_buttons", "action_id": "feedback",
        "positive_button": {"text": plain("Good"), "value": "good"},
        "negative_button": {"text": plain("Bad"), "value": "bad"},
    }  # fmt: skip
    trash: Json = {
        "type": "icon_button",
        "action_id": "trash",
        "icon": "trash",
        "text": plain("Delete"),
        "value": "gone",
    }
    return [
        {"type": "header", "text": plain("Every element")},
        {"type": "actions", "block_id": "kit", "elements": elements()},
        *many(),
        {"type": "context_actions", "block_id": "feedback", "elements": [feedback, trash]},
    ]


def field(label: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": f"b-{element['action_id']}", "label": plain(label), "element": element, **more}


def form(title: str = "A form", *, metadata: str = "") -> Json:
    """A modal with every input."""
    return {
        "type": "modal", "callback_id": "form", "private_metadata": metadata, "notify_on_close": True,
        "title": plain(title), "submit": plain("Save note"), "close": plain("Not now"),
        "blocks": [
            {"type": "alert", "level": "info", "text": mrkdwn("Everything can be typed here.")},
            field("Title", {"type": "plain_text_input", "action_id": "title", "max_length": 60}),
            field("Note", {"type": "plain_text_input", "action_id": "note", "multiline": True}, optional=True,
                  hint=plain("Shown to the requester")),
            field("Email", {"type": "email_text_input", "action_id": "email"}, optional=True),
            field("Website", {"type": "url_text_input", "action_id": "website"}, optional=True),
            field("Amount", {"type": "number_input", "action_id": "amount", "is_decimal_allowed": False,
                             "min_value": "1", "max_value": "100"}, optional=True),
            field("Rich", {"type": "rich_text_input", "action_id": "rich"}, optional=True),
            field("Queue", {"type": "static_select", "action_id": "queue", "options": QUEUES,
                            "initial_option": QUEUES[0]}),
            field("People", {"type": "multi_users_select", "action_id": "people"}, optional=True),
            field("Tags", {"type": "checkboxes", "action_id": "tags", "options": QUEUES}, optional=True),
            field("Priority", {"type": "radio_buttons", "action_id": "priority", "options": QUEUES}, optional=True),
            field("Day", {"type": "datepicker", "action_id": "day"}, optional=True),
            field("Files", {"type": "file_input", "action_id": "files", "max_files": 2}, optional=True),
            {"type": "actions", "block_id": "b-more",
             "elements": [button("Ask more", "push_view"), button("Redraw", "redraw")]},
        ],
    }  # fmt: skip


def second(depth: int) -> Json:
    """A modal on top of another one."""
    return {
        "type": "modal", "callback_id": "second", "title": plain(f"Step {depth}"), "submit": plain("Done"),
        "close": plain("Back"), "notify_on_close": True,
        "blocks": [field("Reason", {"type": "plain_text_input", "action_id": f"reason{depth}"}, optional=True),
                   {"type": "actions", "elements": [button("Deeper", "push_view")]}],
    }  # fmt: skip


def home(presses: int) -> Json:
    """The App Home: it counts presses."""
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Home of Tester")},
            {"type": "section", "text": mrkdwn(f"Pressed *{presses}* times")},
            {"type": "actions", "block_id": "home", "elements": [button("Count", "home_count", style="primary"),
             {"type": "static_select", "action_id": "home_select", "placeholder": plain("Queue"), "options": QUEUES}]},
        ],
    }  # fmt: skip
