"""A worker puts away what its agents used."""

from pathlib import Path

import pytest

from agents.core.contract import Registry
from agents.core.job import Job
from agents.core.models import LanguageModel
from bot.wake import Wake
from bot.worker import build_worker
from storage.store import Store
from tests.engine.rig import Crowd, policy_for
from tests.engine.test_queue import put
from tests.engine.toys import Note, Said, Shop, agent
from tests.until import until


class Provider:
    """Has connections to close, and may fail at that."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.closed = 0

    async def close(self) -> None:
        self.closed += 1
        if self.error is not None:
            raise self.error


async def test_stopping_a_worker_closes_what_its_agents_used_after_their_jobs_ended(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[int] = []

    async def run(job: Job, note: Note) -> Said:
        seen.append(job.port(LanguageModel).closed)  # type: ignore[attr-defined,type-abstract]
        return Said(text="")

    model, broken = Provider(), Provider(OSError("gone already"))
    registry = Registry([agent(run)])
    worker = build_worker(
        store=store,
        registry=registry,
        policy=lambda: policy_for(registry.all()),
        clock=store.clock,
        wake=Wake(tmp_path),
        people=Crowd(),
        ports={LanguageModel: model, Provider: broken, Shop: Shop()},
    )
    await worker.start()

    await store.write(put)
    await until(lambda: bool(seen))
    await worker.stop()
    assert seen == [0]
    assert (model.closed, broken.closed) == (1, 1)
    assert "Provider could not be closed: gone already" in caplog.text
