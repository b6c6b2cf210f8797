"""Small sample statistics: how sure a share is, given how few cases it rests on."""

import math


def wilson_bounds(successes: float, trials: float, *, z: float = 1.96) -> tuple[float, float]:
    """Lower and upper Wilson score bound of a share; `z` 1.96 is 95 % on both sides: each bound is
    wrong about one time in forty. No trials say nothing: (0, 1).

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    if trials <= 0:
        return 0.0, 1.0
    share = successes / trials
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(max(0.0, share * (1 - share)) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, min(share, (centre - spread) / scale)), min(1.0, max(share, (centre + spread) / scale))


def wilson_lower(successes: float, trials: float, *, z: float = 1.96) -> float:
    """The share that is safe to promise after `successes` of `trials`."""
    return wilson_bounds(successes, trials, z=z)[0]
