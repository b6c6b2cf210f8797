"""How commands speak: results on standard output, in words or as JSON; everything else on standard error."""

import json
import sys
from typing import Any

import typer


def say(text: str = "") -> None:
    """One line of a result."""
    typer.echo(text)


def say_json(value: Any) -> None:
    """A result for machines: one JSON document."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, default=str))


def say_error(text: str) -> None:
    """One line on what is wrong."""
    print(f"calmops: {' '.join(text.split())}", file=sys.stderr)
