"""How often things are killed: a few times in the whole suite, 100 times in `make chaos`, N times in `make chaos N=...`."""

import os

import pytest


@pytest.fixture
def kills(long_counts: bool) -> int:
    """How many processes to kill."""
    return int(os.environ.get("N") or 100) if long_counts else 12
