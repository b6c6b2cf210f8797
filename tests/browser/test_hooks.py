"""The reference of the page's hooks names what is there, and leaves nothing out."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "bot" / "emulator" / "page").rglob("*.js")))
REFERENCE = (ROOT / "docs" / "reference" / "page-hooks.md").read_text("utf-8")
SET = re.compile(r'(?:"data-testid":|testid:|dataset\.testid =) (?:`([^`]+)`|"([^"]+)")')
PRIVATE = {"edit-dialog", "new-channel-dialog", "reset-dialog", "message-json", "traffic"}


def documented() -> set[str]:
    """Hooks in the first column of the tables, with `*` where an id stands."""
    tables = REFERENCE.partition("## Finding things")[2]
    rows = [line.split("|")[1] for line in tables.splitlines() if line.startswith("| `")]
    return {re.sub(r"[A-Z][A-Z_]*", "*", hook) for row in rows for hook in re.findall(r"`([a-zA-Z][\w-]*)`", row)}


def written(hook: str) -> bool:
    """Whether the code writes this hook down: whole, or as the fixed part of a template."""
    name = hook.removeprefix("thread-") if hook.startswith("thread-") and f'"{hook}"' not in CODE else hook
    fixed = re.escape(name).replace(r"\*", r"[^`\"]+")
    prefixed = rf"`\$\{{prefix\}}{fixed}`"
    tab = r"`\$\{name\}-tab`" if name.endswith("-tab") else prefixed
    theme = r"`theme-\$\{theme\}`" if name.startswith("theme-") else prefixed
    return re.search(rf"[\"`]{fixed}[\"`]|{prefixed}|{tab}|{theme}", CODE) is not None


def test_every_hook_of_the_reference_is_in_the_page() -> None:
    assert len(documented()) > 80
    assert sorted(hook for hook in documented() if not written(hook)) == []


def test_every_hook_of_the_page_is_in_the_reference() -> None:
    made = {whole or template for template, whole in SET.findall(CODE)}
    patterns = [re.escape(hook).replace(r"\*", ".+") for hook in documented()]
    unknown = {
        hook for hook in made
        if not any(re.fullmatch(pattern, re.sub(r"\$\{[^}]+\}", "x", hook)) for pattern in patterns)
        and "${prefix}" not in hook and hook not in ("${name}-tab", "theme-${theme}")
    }  # fmt: skip
    assert unknown - PRIVATE == set()
