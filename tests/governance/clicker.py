"""One of several processes that answer questions at the same instant. Told by its standard input, answers on its output.

A line in is `{"id": 17, "version": 1, "answers": [["U0ANA", "approved"], ...]}`; all of them are given at once. A line out
holds for each what became of it: "won", or the kind of refusal and who had won.
"""

import asyncio
import json
import sys

from agents.core.clock import FakeClock
from agents.core.errors import AlreadyDecided, CalmopsError
from agents.core.ids import EscalationId, person_id
from agents.core.people import Person, PersonKind
from agents.core.policy import Policy
from agents.core.records import Verdict
from handlers import operations
from handlers.operations import Answer
from storage.open import open_store
from storage.store import Store


async def answer(
    store: Store, policy: Policy, number: EscalationId, version: int, user: str, verdict: str
) -> list[str]:
    person = Person(id=person_id("T0LOCAL", user), kind=PersonKind.MEMBER)
    given = Answer(verdict=Verdict(verdict), version=version, door="race")
    try:
        done = await store.write(lambda tx: operations.decide(tx, policy, number, person, given))
    except AlreadyDecided as lost:
        return ["told", lost.by, lost.verdict]
    except CalmopsError as refusal:
        return ["refused", type(refusal).__name__, str(refusal)]
    return ["won" if done.complete else "vote", person.id, verdict]


async def main(url: str, policy: Policy) -> None:
    store = await open_store(url, FakeClock(), upgrade=False)
    print(json.dumps("ready"), flush=True)
    for line in iter(await_line, ""):
        asked = json.loads(line)
        number = EscalationId(asked["id"])
        told = await asyncio.gather(
            *(answer(store, policy, number, asked["version"], user, verdict) for user, verdict in asked["answers"])
        )
        print(json.dumps(told), flush=True)
    await store.close()


def await_line() -> str:
    return sys.stdin.readline()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Policy.model_validate_json(sys.argv[2])))
