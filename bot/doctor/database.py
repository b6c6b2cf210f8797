"""Whether the database is whole, and whether anything in it is stuck."""

from agents.core.ids import JobId
from agents.core.policy import Policy
from agents.core.schedule import Schedule
from agents.core.status import JobStatus
from bot.doctor.finding import Finding, note, ok, problem
from storage import controls, envelopes, escalations, jobs, outbox, schedules, trail
from storage.anchor import AnchorFile
from storage.store import Store, Tx

STUCK_SECONDS = 60.0
LATE_SECONDS = 300.0


async def check_database(store: Store, anchors: AnchorFile) -> list[Finding]:
    """The file itself, the audit chain, and what waits longer than it should."""
    damage = await store.damage()
    found = [problem("database", f"The database is damaged: {damage}.", "Stop the bot and restore the last backup.")]
    if not damage:
        found = [ok("database", f"The database ({store.dialect}) is whole.")]
    kept = anchors.read()
    verified = await store.read(lambda tx: trail.verify(tx, kept))
    if verified.problems:
        found += [
            problem("audit", one, "Keep a copy of the database and find out who wrote to it.")
            for one in verified.problems
        ]
    else:
        found.append(ok("audit", f"The audit chain is whole: {verified.lines} lines, {verified.anchors} anchors."))
    return found + await store.read(_stuck)


def _stuck(tx: Tx) -> list[Finding]:
    found: list[Finding] = []
    halts = controls.halts(tx)
    if halts.stopped:
        found.append(note("stop", "Everything is stopped.", "`calmops resume all` lets it go on."))
    found += [note("stop", f"{agent} is paused.", f"`calmops resume {agent}`") for agent in sorted(halts.paused)]
    overdue = [one for one in escalations.overdue(tx) if one.expires_at < tx.now - STUCK_SECONDS]
    if overdue:
        names = ", ".join(f"E{one.id}" for one in overdue[:5])
        found.append(
            problem("questions", f"{len(overdue)} questions should have expired: {names}.", "Is the edge running?")
        )
    for one in escalations.pending(tx, limit=200):
        if not (one.approvers.get("users") or one.approvers.get("groups")):
            found.append(
                problem(
                    "questions",
                    f"E{one.id} waits, and nobody may answer it: {one.agent} has no approvers.",
                    f"Name approvers under [agents.{one.agent}], or answer it with `calmops approve E{one.id}`.",
                )
            )
    dead = jobs.recent(tx, statuses=[JobStatus.DEAD], limit=100)
    if dead:
        names = ", ".join(_name(job.id) for job in dead[:5])
        found.append(
            problem("jobs", f"{len(dead)} dead letters: {names}.", "`calmops job` says why; then retry or drop them.")
        )
    waiting = [one for one in envelopes.unhandled(tx) if one.received_at < tx.now - STUCK_SECONDS]
    if waiting:
        found.append(
            problem("deliveries", f"{len(waiting)} deliveries are stored and not handled.", "Is the edge running?")
        )
    backlog = outbox.backlog(tx)
    late = [row for row in outbox.due(tx, limit=200) if row.created_at < tx.now - LATE_SECONDS]
    if late:
        found.append(
            problem("outbox", f"{len(late)} messages wait since more than five minutes.", "Is the edge running?")
        )
    if backlog.get("failed"):
        found.append(note("outbox", f"{backlog['failed']} messages of the last days could not be delivered."))
    return found


def silent_digests(tx: Tx, policy: Policy) -> list[Schedule]:
    """Digests and scheduled runs that are switched on and should have been served by now."""
    return [
        one
        for one in schedules.all_of(tx)
        if one.enabled
        and (due := one.due(tx.now - STUCK_SECONDS, policy.schedules.holidays))
        and (due.run or due.missed)
    ]


def _name(job_id: JobId) -> str:
    return f"J{job_id}"
