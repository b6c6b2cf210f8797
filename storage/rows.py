"""Turns rows into the records of `agents.core.records`, and back where a value is not a plain column."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from agents.core.contract import Lane, Tier
from agents.core.ids import EscalationId, JobId, PersonId
from agents.core.job import Evidence, Source
from agents.core.records import (
    DecisionRecord,
    EffectRecord,
    EffectState,
    EscalationKind,
    EscalationRecord,
    EscalationState,
    JobRecord,
    OutboxRecord,
    Verdict,
)
from agents.core.status import JobStatus, WaitKind


def job_from(row: Row[Any]) -> JobRecord:
    """A row of `jobs`."""
    values = dict(row._mapping)
    values["status"] = JobStatus(values["status"])
    values["lane"] = Lane(values["lane"])
    values["source"] = Source(**values["source"])
    values["wait_kind"] = WaitKind(values["wait_kind"]) if values["wait_kind"] else None
    values["used"] = values["used"] or {}
    return JobRecord(**values)


def source_json(source: Source) -> dict[str, Any]:
    """A source as stored, without the parts that are empty."""
    return {name: value for name, value in asdict(source).items() if value is not None}


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """A piece of evidence as stored."""
    return asdict(evidence)


def escalation_from(row: Row[Any]) -> EscalationRecord:
    """A row of `escalations`."""
    values = dict(row._mapping)
    values["kind"] = EscalationKind(values["kind"])
    values["state"] = EscalationState(values["state"])
    values["tier"] = Tier(values["tier"])
    values["verdict"] = Verdict(values["verdict"]) if values["verdict"] else None
    values["choices"] = tuple(values["choices"] or ())
    values["evidence"] = tuple(Evidence(**piece) for piece in values["evidence"])
    return EscalationRecord(**values)


def decision_from(row: Row[Any]) -> DecisionRecord:
    """A row of `decisions`."""
    values = dict(row._mapping)
    values["verdict"] = Verdict(values["verdict"])
    values["changes"] = values["changes"] or []
    return DecisionRecord(**values)


def effect_from(row: Row[Any]) -> EffectRecord:
    """A row of `effects`."""
    values = dict(row._mapping)
    values["state"] = EffectState(values["state"])
    values["job_id"] = JobId(values["job_id"])
    values["escalation_id"] = EscalationId(values["escalation_id"]) if values["escalation_id"] else None
    values["undone_by"] = PersonId(values["undone_by"]) if values["undone_by"] else None
    return EffectRecord(**values)


def outbox_from(row: Row[Any]) -> OutboxRecord:
    """A row of `outbox`."""
    return OutboxRecord(**dict(row._mapping))
