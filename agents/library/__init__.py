"""The agents of Calmops. Each module holds one contract and the code behind it."""

from typing import Any

from agents.core.contract import AgentSpec
from agents.library.draft import draft
from agents.library.duplicates import duplicates
from agents.library.invoice import invoice
from agents.library.minutes import minutes
from agents.library.routine import routine
from agents.library.sla_reminder import sla_reminder
from agents.library.summarise import summarise
from agents.library.sync import sync
from agents.library.triage import triage


def all_agents() -> tuple[AgentSpec[Any, Any], ...]:
    """Every agent that comes with Calmops."""
    return (triage, summarise, draft, duplicates, invoice, minutes, routine, sync, sla_reminder)
