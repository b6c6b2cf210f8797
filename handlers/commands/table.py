"""Every word that `/ops` understands, in the order of its help."""

from handlers.commands import (
    agents,
    approve,
    audit,
    autonomy,
    away,
    cancel,
    digest,
    doctor,
    help,
    inbox,
    incident,
    job,
    jobs,
    pause,
    reject,
    resume,
    retry,
    run,
    schedule,
    stats,
    stop,
    undo,
)
from handlers.commands.call import Subcommand

_WORK: tuple[Subcommand, ...] = (
    run.SUBCOMMAND,
    inbox.SUBCOMMAND,
    approve.SUBCOMMAND,
    reject.SUBCOMMAND,
    jobs.SUBCOMMAND,
    job.SUBCOMMAND,
    cancel.SUBCOMMAND,
    retry.SUBCOMMAND,
    undo.SUBCOMMAND,
    stop.SUBCOMMAND,
    pause.SUBCOMMAND,
    resume.SUBCOMMAND,
    agents.SUBCOMMAND,
    autonomy.SUBCOMMAND,
    digest.SUBCOMMAND,
    schedule.SUBCOMMAND,
    stats.SUBCOMMAND,
    away.SUBCOMMAND,
    incident.SUBCOMMAND,
    audit.SUBCOMMAND,
    doctor.SUBCOMMAND,
)

SUBCOMMANDS: tuple[Subcommand, ...] = (help.subcommand(_WORK), *_WORK)
