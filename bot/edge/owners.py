"""Whom to turn to when a message reaches nobody: the owners of its agent, then the operators."""

from collections.abc import Callable

from agents.core.errors import NotFound
from agents.core.ids import PersonId, person_id
from agents.core.policy import People, Policy
from agents.core.records import OutboxRecord
from bot.edge.directory import SlackDirectory
from storage import jobs
from storage.store import Store


class Owners:
    """Resolves the owners that the policy names, groups included, to people of our workspace `team`."""

    def __init__(self, *, policy: Callable[[], Policy], directory: SlackDirectory, store: Store, team: str) -> None:
        self._policy = policy
        self._directory = directory
        self._store = store
        self._team = team

    async def of_row(self, row: OutboxRecord) -> list[PersonId]:
        """Who answers for the agent behind an outbox row, best first."""
        agent = ""
        if row.job_id is not None:
            number = row.job_id
            try:
                agent = (await self._store.read(lambda tx: jobs.get(tx, number))).agent
            except NotFound:
                agent = ""
        return await self.of_agent(agent)

    async def of_agent(self, agent: str) -> list[PersonId]:
        """The owners of an agent, then the operators, each once."""
        policy = self._policy()
        found: list[PersonId] = []
        for people in (policy.of(agent).owner, policy.operators):
            found += [person for person in await self._people(people) if person not in found]
        return found

    async def _people(self, people: People) -> list[PersonId]:
        users = sorted(people.users)
        for group in sorted(people.groups):
            users += sorted(await self._directory.members(group) or ())
        return [person_id(self._team, user) for user in users]
