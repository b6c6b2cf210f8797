"""Puts the commands together. Nothing heavy is imported before a command runs: `--help` has to be quick."""

from collections.abc import Sequence

import typer

from bot.cli import (
    agents,
    audit,
    database,
    digests,
    doctor,
    jobs,
    metrics,
    policy,
    processes,
    questions,
    schedules,
    steering,
    webhooks,
)
from bot.cli.output import say_error

app = typer.Typer(
    name="calmops",
    help="Background agents that live in Slack, do routine work quietly, and ask a person at the right moment.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for family in (
    processes,
    jobs,
    questions,
    steering,
    digests,
    schedules,
    webhooks,
    metrics,
    agents,
    policy,
    audit,
    database,
    doctor,
):
    family.add_to(app)


def run_command(arguments: Sequence[str]) -> int:
    """Runs one command line. Returns the exit code; what people did wrong is one line on standard error and code 2."""
    try:
        code = app(args=list(arguments), prog_name="calmops", standalone_mode=False)
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.Abort:
        return 130
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    except Exception as error:
        return _refused(error)
    return code if isinstance(code, int) else 0


def _refused(error: Exception) -> int:
    """2 and one line for what can be helped by writing something else, 1 for what did not work; else the error itself."""
    show = getattr(error, "format_message", None)
    if show is not None:
        say_error(f"{show()} Try: calmops --help")
        return 2
    from agents.core.errors import CalmopsError, Transient

    if isinstance(error, CalmopsError):
        say_error(str(error))
        return 1 if isinstance(error, Transient) else 2
    raise error
