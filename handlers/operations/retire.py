"""Finished work leaves the database: into the archive, where there is one, and then it is purged."""

import asyncio

from agents.core.ids import PersonId
from agents.core.people import Person
from agents.core.policy import Policy
from agents.core.redaction import Redactor
from handlers.operations.audit import erase_person, purge
from storage import dossiers, retention
from storage.archive import Archive
from storage.store import Store


async def retire(store: Store, archive: Archive | None, policy: Policy, *, before: float, by: str) -> dict[str, int]:
    """Archives and purges the oldest finished jobs from before a time; see `purge` for what goes with them. Nothing is
    deleted that is not in the archive. Raises `Transient` when that cannot be written."""
    if archive is None:
        return await store.write(lambda tx: purge(tx, before=before, by=by))
    found = await store.read(lambda tx: dossiers.read(tx, retention.old_jobs(tx, before=before)))
    if found:
        hide = Redactor.of(patterns=policy.redact, sensitive=policy.sensitive)
        await asyncio.to_thread(archive.add, [hide.value(dossier) for dossier in found])
    kept = {dossier["job"]["id"] for dossier in found}
    return await store.write(lambda tx: purge(tx, before=before, by=by, among=kept))


async def erase_everywhere(
    store: Store, archive: Archive | None, policy: Policy, person: Person, about: PersonId
) -> dict[str, int]:
    """Erases what somebody wrote, in the database and then in the archive; see `erase_person`. Raises `NotAllowed`."""
    counts = await store.write(lambda tx: erase_person(tx, policy, person, about))
    if archive is not None:
        counts["archived"] = await asyncio.to_thread(archive.erase, about)
    return counts
