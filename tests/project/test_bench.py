"""The bench runs, and says honestly what was missed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.figures import Figure
from tests.project.tree import ROOT


@pytest.mark.timeout(400)  # it starts processes and a few databases; on a busy machine that is slow
def test_bench_runs_and_writes_its_figures(tmp_path: Path) -> None:
    output = tmp_path / "deep" / "bench.json"
    bench = [sys.executable, "-m", "tests.bench", "--smoke", "--output", str(output)]
    done = subprocess.run(bench, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(output.read_text())
    assert figures
    for figure in figures:
        assert set(figure) == {"name", "median", "unit", "floor", "ratio", "target", "ok"}
        assert figure["median"] > 0


@pytest.mark.parametrize(
    ("median", "better", "ok", "ratio"),
    [(4.0, "less", True, 2.0), (6.0, "less", False, 3.0), (6.0, "more", True, 1 / 3), (4.0, "more", False, 0.5)],
)
def test_figure_beside_floor_and_target(median: float, better: str, ok: bool, ratio: float) -> None:
    figure = Figure(name="x", median=median, unit="ms", better=better, floor=2.0, floor_name="floor", target=5.0)
    assert figure.ok is ok
    assert figure.ratio == pytest.approx(ratio)
    assert ("MISSED" in figure.as_line()) is not ok


def test_a_floor_has_no_target_to_miss() -> None:
    assert Figure(name="floor", median=1.0, unit="us").as_json()["ok"] is True
