"""The `calmops` command."""

import sys


def main() -> None:
    """Runs the command line. Exit codes: 0 done, 1 it did not work, 2 what was asked cannot be done as asked."""
    from bot.cli import run_command

    sys.exit(run_command(sys.argv[1:]))


if __name__ == "__main__":
    main()
