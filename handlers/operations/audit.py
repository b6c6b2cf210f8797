"""Read, check and export the audit, and erase what people wrote. Reading needs a role and is itself audited."""

import json
from collections.abc import AsyncIterator, Collection
from typing import Any

from agents.core.errors import CalmopsError
from agents.core.ids import JobId, PersonId
from agents.core.people import SYSTEM, Person
from agents.core.policy import Act, Policy, check_steer
from agents.core.trace import AuditRow, Tracer
from storage import controls, retention, trail
from storage.anchor import AnchorFile
from storage.outbox import Urgency, put
from storage.store import Store, Tx
from storage.trail import Head, Verified

ANCHORED = "audit:anchored"
ANCHOR_EVERY = 3600.0


def read_audit(
    tx: Tx, policy: Policy, person: Person, *, job_id: JobId | None = None, after: int = 0, limit: int = 50
) -> list[AuditRow]:
    """Lines of the audit in order, of one job or of all. Raises `NotAllowed`. A write transaction: reading leaves a line."""
    note_reading(tx, policy, person, what="read", job_id=job_id)
    return trail.rows(tx, after=after, limit=limit, job_id=job_id)


def note_reading(tx: Tx, policy: Policy, person: Person, *, what: str, job_id: JobId | None = None) -> None:
    """Checks the right to read the audit and writes down that it is read. Raises `NotAllowed`."""
    try:
        check_steer(person, Act.READ_AUDIT, policy)
    except CalmopsError as refusal:
        tx.audit("audit.refused", actor=person.id, anyway=True, what=what, kind=person.kind, why=str(refusal))
        raise
    tx.audit("audit.read", actor=person.id, what=what, of_job=job_id)


async def export_audit(
    store: Store, policy: Policy, person: Person, *, job_id: JobId | None = None, since: float | None = None
) -> AsyncIterator[str]:
    """The audit as JSON Lines that an outsider can check; see `agents.core.trace`. Raises `NotAllowed`."""
    await store.write(lambda tx: note_reading(tx, policy, person, what="export", job_id=job_id))
    tracer, after = Tracer(), 0
    while True:
        start = after
        batch = await store.read(lambda tx: trail.rows(tx, after=start, job_id=job_id, since=since))  # noqa: B023  awaited at once
        for row in batch:
            for line in tracer.lines(row):
                yield dumps(line)
        if len(batch) < trail.BATCH:
            break
        after = batch[-1].seq
    yield dumps(tracer.end(store.clock.now()))


async def verify_audit(
    store: Store, policy: Policy, person: Person, anchors: AnchorFile, *, more: tuple[Head, ...] = ()
) -> Verified:
    """Checks the whole chain against the anchors in the file, and against `more` that were kept elsewhere."""
    await store.write(lambda tx: note_reading(tx, policy, person, what="verify"))
    kept = [*anchors.read(), *more]
    return await store.read(lambda tx: trail.verify(tx, kept))


def post_anchor(tx: Tx, policy: Policy) -> bool:
    """Posts the head of the chain to the policy's channel when an hour has passed since the last time and it has moved on.
    Returns whether it did. `calmops audit verify --head NUMBER:HASH` checks the chain against such a message."""
    if policy.anchor_channel is None:
        return False
    last = controls.all_of(tx, ANCHORED).get(ANCHORED)
    newest = trail.head(tx)
    if newest is None or (last and (tx.now - last["at"] < ANCHOR_EVERY or last["value"]["seq"] == newest.seq)):
        return False
    controls.put(tx, ANCHORED, {"seq": newest.seq}, by=SYSTEM)
    put(
        tx,
        "post",
        "reply",
        channel=policy.anchor_channel,
        stream=ANCHORED,
        urgency=Urgency.DIGEST,
        subject=ANCHORED,
        text=f"Audit, line {newest.seq}: {newest.seq}:{newest.hash}",
    )
    return True


def erase_person(tx: Tx, policy: Policy, person: Person, about: PersonId) -> dict[str, int]:
    """Erases what somebody wrote: in the audit, in finished jobs, questions, answers and tickets. Who did what and when
    stays, by the key of their account. Returns how much, by kind. Raises `NotAllowed`."""
    try:
        check_steer(person, Act.ERASE, policy)
    except CalmopsError as refusal:
        tx.audit("erase.refused", actor=person.id, anyway=True, about=about, why=str(refusal))
        raise
    counts = retention.erase_person(tx, about)
    tx.audit("person.erased", actor=person.id, about=about, counts=counts)
    return counts


def purge(tx: Tx, *, before: float, by: str, among: Collection[int] | None = None) -> dict[str, int]:
    """Deletes finished jobs from before a time with all that belongs to them, and texts of the audit from before it; of
    the jobs only those `among` these, if given. The chain itself stays. Returns how much, by kind."""
    counts = retention.purge(tx, before=before, among=among)
    if any(counts.values()):
        tx.audit("data.purged", actor=by, before=before, counts=counts)
    return counts


def dumps(value: Any) -> str:
    """One line of JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
