"""Dialogs about work: choosing and starting an agent, a job in full, a dead letter to try again."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, TypeAdapter

from agents.core.records import JobRecord
from handlers.blocks import text as t
from handlers.blocks.elements import Block, button, context, modal, paragraph, rich, section
from handlers.blocks.form import form
from handlers.blocks.jobs import Sheet, job_sheet
from handlers.ids import Action, Held, Modal


def run_dialog(title: str, purpose: str, model: type[BaseModel], values: Mapping[str, Any], held: Held) -> Block:
    """An agent's input as a form."""
    blocks: list[Block] = [rich(paragraph(t.words(t.clip(purpose, 1000))))] if purpose else []
    return modal(
        t.clip(title, 24),
        [*blocks, *form(model, {**_defaults(model), **values})],
        callback_id=Modal.RUN,
        submit="Run",
        close="Go back",
        metadata=held.pack(),
    )


def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    """What a field holds that nobody filled in: people see it, and change it if they like."""
    plain = TypeAdapter[Any](Any)
    return {
        name: plain.dump_python(info.get_default(call_default_factory=True), mode="json")
        for name, info in model.model_fields.items()
        if not info.is_required()
    }


def pick_dialog(agents: Sequence[tuple[str, str, str]], held: Held) -> Block:
    """The agents there are, as (name, title, purpose), each with a button."""
    blocks: list[Block] = []
    for name, title, purpose in agents[:40]:
        start = button("Run", f"{Action.AGENT_PICK}#{name}", name, says=f"Run {title}")
        blocks.append(section(t.mrkdwn("*{}*\n{}", title, t.clip(purpose, 300)), accessory=start))
    if not blocks:
        blocks = [section(t.mrkdwn("No agent can be started from here."))]
    return modal("Run an agent", blocks, callback_id=Modal.PICK, metadata=held.pack())


def job_dialog(sheet: Sheet) -> Block:
    """One job in full."""
    return modal(f"J{sheet.job.id}", job_sheet(sheet), callback_id=Modal.NOTICE)


def job_edit_dialog(job: JobRecord, model: type[BaseModel], held: Held) -> Block:
    """A dead letter's input as a form."""
    why: list[Block] = []
    if job.error:
        why = [rich(paragraph(t.words("Why it stopped: ", bold=True), t.words(t.clip(job.error, 1000))))]
    note = context(t.mrkdwn("This starts a new job that names J{} as its origin.", str(job.id)))
    blocks = [*why, *form(model, job.input), note]
    return modal(
        "Edit and try again",
        blocks,
        callback_id=Modal.JOB_EDIT,
        submit="Try again",
        close="Go back",
        metadata=held.pack(),
    )
