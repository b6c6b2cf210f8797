"""Agents are let in by the six gates: at the start, and again whenever the policy says something new."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from agents.core.contract import AgentSpec, Registry
from agents.core.errors import Misconfigured
from agents.core.gates import Failure, check_gates
from agents.core.policy import Policy

log = logging.getLogger(__name__)


class Admitted(Registry):
    """The agents that passed. One that did not is looked at again when the policy changes; one that passed stays, since jobs
    of it may be waiting, and every call of it is ruled on by the policy of that moment anyway."""

    def __init__(self, agents: Iterable[AgentSpec[Any, Any]], policy: Callable[[], Policy]) -> None:
        super().__init__(agents)
        self._policy = policy
        self._refused: dict[str, list[Failure]] = {}
        self._outside = self._agents
        self._agents = {}
        self._version = ""
        self._look()

    @property
    def refused(self) -> tuple[Failure, ...]:
        """Why agents are not here."""
        self._look()
        return tuple(failure for failures in self._refused.values() for failure in failures)

    def get(self, name: str) -> AgentSpec[Any, Any]:
        """The agent of that name. Raises `NotFound`, or `Misconfigured` with the gate that it does not pass."""
        self._look()
        if name in self._refused:
            raise Misconfigured(f"{self._refused[name][0]}.")
        return super().get(name)

    def find(self, name: str) -> AgentSpec[Any, Any] | None:
        self._look()
        return super().find(name)

    def all(self) -> tuple[AgentSpec[Any, Any], ...]:
        self._look()
        return super().all()

    def _look(self) -> None:
        policy = self._policy()
        if policy.version == self._version:
            return
        self._version = policy.version
        for name, agent in list(self._outside.items()):
            failures = check_gates(agent, policy)
            if failures != self._refused.get(name):
                for failure in failures:
                    log.warning("%s.", failure, extra={"event": "agent.refused", "agent": name})
            if failures:
                self._refused[name] = failures
            else:
                self._refused.pop(name, None)
                self._agents[name] = self._outside.pop(name)
