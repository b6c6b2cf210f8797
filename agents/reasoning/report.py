"""The outcome of an evaluation: numbers, and the same as text for people."""

from dataclasses import asdict, dataclass
from typing import Any

from agents.core.statistics import wilson_bounds


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """How often `truth` was taken for `guess`."""

    truth: str
    guess: str
    times: int


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a classifier is worth on texts it has not seen. Shares are from 0 to 1; None is what could not be measured.

    `handled` is how many of all `tested` it would do alone at the threshold, `right` how many of those are right;
    off-topic texts count among both, always as wrong.
    """

    agent: str
    data: str
    how: str
    seed: int
    labels: int
    trained: int
    tested: int
    skipped: int
    doubles: int
    accuracy: float
    calibration_error: float
    target: float
    threshold: float | None
    handled: int
    right: int
    off_topic: str | None
    off_topic_tested: int
    off_topic_escalated: int | None
    confused: tuple[Confusion, ...]
    model: str
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def handled_share(self) -> float:
        return self.handled / self.tested if self.tested else 0.0

    @property
    def escalated_share(self) -> float:
        return 1 - self.handled_share

    @property
    def precision(self) -> float | None:
        return self.right / self.handled if self.handled else None

    @property
    def precision_bounds(self) -> tuple[float, float] | None:
        """95 % Wilson bounds of the precision."""
        return wilson_bounds(self.right, self.handled) if self.handled else None

    def to_json(self) -> dict[str, Any]:
        """The report as plain values, shares included."""
        return {
            **asdict(self),
            "handled_share": self.handled_share,
            "escalated_share": self.escalated_share,
            "precision": self.precision,
            "precision_bounds": self.precision_bounds,
        }

    def to_text(self) -> str:
        """The report in lines for a terminal."""
        lines = [
            f"{self.agent} on {self.data}",
            f"  rows        {self.trained} to train on, {self.tested} to measure on, none in both ({self.how})",
            f"  left out    {self.skipped} without text or label, {self.doubles} that repeat another text",
            f"  labels      {self.labels}" + (f", and {self.off_topic} for off-topic" if self.off_topic else ""),
            "",
            f"  accuracy                   {self.accuracy:.1%}",
            f"  calibration error (ECE)    {self.calibration_error:.3f}",
            *self._target_lines(),
        ]
        if self.off_topic_escalated is not None:
            share = self.off_topic_escalated / max(1, self.off_topic_tested)
            lines.append(f"  off-topic escalated        {share:.1%} of {self.off_topic_tested}")
        else:
            lines.append("  off-topic escalated        not measured: no off-topic rows")
        if self.confused:
            lines += ["", "  taken most often for another:"]
            lines += [f"    {pair.times:>3} x {pair.truth} for {pair.guess}" for pair in self.confused]
        lines += [f"  note: {note}" for note in self.notes]
        lines.append(f"  model {self.model}, seed {self.seed}, {self.seconds:.0f} s")
        return "\n".join(lines)

    def _target_lines(self) -> list[str]:
        if self.threshold is None:
            return [
                f"  at precision {self.target:.0%}           no confidence keeps it: everything is escalated",
                "  handled alone              0.0%",
                "  escalated                  100.0%",
            ]
        bounds = self.precision_bounds
        reached = f"{self.precision:.1%} (95 % bounds {bounds[0]:.1%} to {bounds[1]:.1%})" if bounds else "no case"
        return [
            f"  at precision {self.target:.0%}           confidence of {self.threshold:.2f} or more",
            f"  handled alone              {self.handled_share:.1%}, right in {reached}",
            f"  escalated                  {self.escalated_share:.1%}",
        ]
