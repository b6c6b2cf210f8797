"""Every word that `/ops` understands, in the order of its help."""

from handlers.commands import approve, cancel, help, inbox, job, jobs, pause, reject, resume, retry, run
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
    pause.SUBCOMMAND,
    resume.SUBCOMMAND,
)

SUBCOMMANDS: tuple[Subcommand, ...] = (help.subcommand(_WORK), *_WORK)
