"""Starts a job for every effect that somebody wants taken back, and marks what was taken back."""

from dataclasses import replace
from typing import Any

from agents.core.contract import AgentSpec, Tool
from agents.core.errors import NotFound
from agents.core.ids import EffectId
from agents.core.records import EffectRecord, EffectState, JobRecord
from agents.core.undoing import UNDO, UndoInput, undo_agent, undo_tool
from bot.engine.context import World
from handlers.operations import submit
from handlers.operations.escalate import repaint
from storage import jobs, undo
from storage.payloads import Unreadable
from storage.store import Tx


async def find_agent(world: World, job: JobRecord) -> AgentSpec[Any, Any] | None:
    """The agent that runs a job: one of the registry, or the built-in one that takes back one effect."""
    if job.agent != UNDO or isinstance(job.input, Unreadable):
        return world.registry.find(job.agent)
    given = UndoInput.model_validate(job.input)
    effect = await world.store.read(lambda tx: undo.find(tx, EffectId(given.effect_id)))
    done = await world.store.read(lambda tx: jobs.get(tx, effect.job_id))
    tool = _tool(world, done, effect)
    return undo_agent(undo_tool(tool, given.result) if tool is not None and tool.undo is not None else None)


def start_undos(tx: Tx) -> int:
    """Starts a job for each effect that is asked back and has none yet; returns how many."""
    started = 0
    for effect in undo.asked(tx):
        done = jobs.get(tx, effect.job_id)
        given = UndoInput(effect_id=effect.id, tool=effect.tool, args=effect.args, result=effect.result)
        fresh = submit(
            tx,
            undo_agent(),
            given,
            requester=effect.undo_asked_by or done.requester,
            source=replace(done.source, kind="job"),
            dedup_key=f"undo:{effect.id}:{effect.undo_asked_at}",
            parent_id=None,
            lineage_of=effect.job_id,
        )
        started += fresh.is_new
    return started


def mark_undone(tx: Tx, job: JobRecord, *, worked: bool) -> None:
    """Writes down how an undo ended, on the effect and its card. One that did not work may be asked for again."""
    given = UndoInput.model_validate(job.input)
    effect = undo.find(tx, EffectId(given.effect_id))
    if worked:
        undo.mark_undone(tx, EffectId(effect.id))
        tx.audit(
            "effect.undone",
            actor=effect.undo_asked_by or UNDO,
            job_id=effect.job_id,
            effect_id=effect.id,
            tool=effect.tool,
            access=effect.access,
            args_digest=effect.digest,
            escalation_id=effect.escalation_id,
            undo_job=job.id,
        )
    elif effect.state is EffectState.DONE:
        undo.give_up(tx, EffectId(effect.id))
    if effect.escalation_id is not None:
        repaint(tx, effect.escalation_id)


def _tool(world: World, job: JobRecord, effect: EffectRecord) -> Tool[Any] | None:
    agent = world.registry.find(job.agent)
    try:
        return agent.tool(effect.tool) if agent else None
    except NotFound:
        return None
