"""Whatever a user can set is explained under a heading of its own, and whatever a message points to exists."""

import ast
import re

from bot.settings import Settings
from tests.project.markdown import headings
from tests.project.tree import ROOT, modules

POINTS_TO_A_FILE = re.compile(r"(?:docs/[\w/.-]+\.md|[a-z]+\.example\.toml)\b")


def test_every_setting_has_a_heading() -> None:
    explained = headings((ROOT / "docs" / "settings.md").read_text())
    assert explained[1:] == [name.upper() for name in Settings.model_fields]


def test_files_that_messages_point_to_exist() -> None:
    pointed = {
        (module.place, named)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for named in POINTS_TO_A_FILE.findall(node.value)
    }
    assert pointed
    assert [f"{place}: {named}" for place, named in sorted(pointed) if not (ROOT / named).is_file()] == []
