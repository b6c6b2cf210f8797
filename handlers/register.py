"""Wires every listener to a Bolt app. Catch-alls are the edge's, behind these."""

from slack_bolt.async_app import AsyncApp

from handlers import actions, commands, events, shortcuts, views


def register(app: AsyncApp) -> None:
    """Each room of listeners wires its own."""
    commands.register(app)
    actions.register(app)
    views.register(app)
    shortcuts.register(app)
    events.register(app)
