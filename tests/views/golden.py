"""`python -m tests.views.golden` writes every golden view anew. Look at the difference before you commit it."""

import json
from pathlib import Path

from tests.views.specimens import ALL, Specimen

FOLDER = Path(__file__).parent / "golden"


def drawn(made: Specimen) -> str:
    """A view as its golden file holds it."""
    return (
        json.dumps(
            made.view or {"text": made.text, "blocks": made.blocks}, indent=1, ensure_ascii=False, sort_keys=True
        )
        + "\n"
    )


def file_of(name: str) -> Path:
    return FOLDER / f"{name.replace('/', '.')}.json"


def write_all() -> None:
    FOLDER.mkdir(exist_ok=True)
    wanted = {file_of(name): drawn(make()) for name, make in ALL.items()}
    for old in set(FOLDER.glob("*.json")) - set(wanted):
        old.unlink()
    for file, text in wanted.items():
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_all()
