"""calmops.example.toml is valid as it stands, valid with every comment taken away, and names everything there is to set."""

import re

import pytest
from pydantic import BaseModel

from agents.core.policy import SchedulesPolicy, sections
from agents.core.policy.schema import AgentPolicy, Policy
from bot.app import library
from bot.config.file import BotOptions, parse_config
from bot.settings import read_settings
from tests.project.tree import ROOT

EXAMPLE = (ROOT / "calmops.example.toml").read_text()
NAMES = [agent.name for agent in library(read_settings()).all()]
SETTING = re.compile(r"^# (?=\[|[a-z_]+ = )", re.MULTILINE)


def test_example_is_valid_and_names_an_approver() -> None:
    policy = parse_config(EXAMPLE, NAMES).policy
    assert not policy.of("triage").approvers.empty


def test_example_with_everything_in_force_is_valid() -> None:
    whole = SETTING.sub("", EXAMPLE)
    assert whole.count("\n# ") < EXAMPLE.count("\n# ") / 3
    policy = parse_config(whole, NAMES).policy
    assert policy.delegates
    assert policy.of("triage").high_value


PARTS = [kind for kind in vars(sections).values() if isinstance(kind, type) and issubclass(kind, sections.Section)]
WRITTEN_AS_LISTS = (sections.Section, sections.People)


@pytest.mark.parametrize(
    "part", [Policy, AgentPolicy, SchedulesPolicy, BotOptions, *PARTS], ids=lambda part: part.__name__
)
def test_example_names_every_setting(part: type[BaseModel]) -> None:
    names = [info.alias or name for name, info in part.model_fields.items()] if part not in WRITTEN_AS_LISTS else []
    assert [name for name in names if not re.search(rf"\b{name}( =|\.|\])", EXAMPLE)] == []
