"""The last look at a Slack call before it leaves: it is inside Slack's limits, or it is cut and says so."""

import logging
from dataclasses import replace

from agents.core.records import OutboxRecord
from handlers.blocks import text as t
from handlers.blocks.elements import Block, home, section
from handlers.blocks.limits import MOST_BLOCKS
from handlers.blocks.shorten import fit_message, fit_view
from handlers.blocks.whole import whole_button, whole_dialog
from handlers.rendering import Rendered

log = logging.getLogger(__name__)

MESSAGES = ("post", "update", "ephemeral")


def fitted(rendered: Rendered, row: OutboxRecord) -> Rendered:
    """The call as Slack takes it. A shortened view has a button that shows all of it, drawn from the same row."""
    more = whole_button(row.id)
    if row.kind in MESSAGES:
        found = fit_message(rendered.text, rendered.blocks, more=more)
        short = replace(rendered, text=found.text, blocks=found.blocks)
    elif rendered.view is not None:
        found = fit_view(rendered.view, more=more)
        short = replace(rendered, view=found.view)
    else:
        return rendered
    if found.problems:
        log.error("The view %s was too large for Slack and left shortened: %s", row.view, found.problems[0],
                  extra={"event": "view.shortened", "row": row.id})  # fmt: skip
    return short


def fitted_dialog(view: Block) -> Block:
    """A dialog as Slack takes it. After a shortened one all its words follow, as far as there is room."""
    found = fit_view(view)
    if not found.problems or found.view is None:
        return view
    log.error("A dialog was too large for Slack and opened shortened: %s", found.problems[0],
              extra={"event": "view.shortened"})  # fmt: skip
    short = found.view["blocks"]
    rest = whole_dialog("", view["blocks"])["blocks"][: MOST_BLOCKS["modal"] - len(short)]
    return fit_view({**found.view, "blocks": [*short, *rest]}).view or found.view


def bare(rendered: Rendered) -> Rendered:
    """What can always go: the text alone; in place of a Home, a sentence that says where everything is."""
    if rendered.view is None:
        return replace(rendered, blocks=[])
    sentence = t.mrkdwn(
        "Slack did not take this page, and the operators know. `/ops inbox` lists what waits for you, `/ops jobs` what runs."
    )
    return replace(rendered, view=home([section(sentence)]))
