"""The checkout as data: its folders, its modules, and what each module imports."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("bot", "handlers", "storage", "agents")


@dataclass(frozen=True, kw_only=True)
class Module:
    """One source file. `name` is dotted, without `.__init__`."""

    name: str
    path: Path
    tree: ast.Module
    lines: int

    @property
    def place(self) -> str:
        return str(self.path.relative_to(ROOT))

    def imports(self) -> Iterator[str]:
        """Dotted names of everything imported anywhere in the file: `from a.b import c` gives `a.b.c`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(under: str = "") -> list[Module]:
    """Our modules, those of the four rooms, or of one package: `modules("handlers.blocks")`."""
    return [
        module
        for module in _all_modules()
        if module.name == under or module.name.startswith(f"{under}." if under else "")
    ]


@cache
def _all_modules() -> tuple[Module, ...]:
    return tuple(read(path) for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))


def read(path: Path) -> Module:
    text = path.read_text()
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name=name, path=path, tree=ast.parse(text, str(path)), lines=text.count("\n"))
