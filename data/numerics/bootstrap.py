"""How far a score would move with other test words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000
AT_ONCE = 4_000_000  # drawn words held at a time


def interval(
    values: NDArray[Any], groups: NDArray[np.int64] | None = None, *, level: float = 0.95, seed: int = 0
) -> tuple[float, float]:
    """The percentile interval of the mean of ``values`` by resampling (Efron, 1979).

    Args:
        values: One for each query, shape ``(n,)``.
        groups: Numbers from 0 of what each query belongs to: whole groups are drawn, because the queries of one word
            rise and fall together. Without them each query is drawn by itself.
        level: The share of resamples that lie inside.
        seed: Makes the draws repeat.

    Returns:
        The lower and the upper bound.
    """
    groups = np.arange(len(values)) if groups is None else groups
    total, count = np.bincount(groups, weights=values), np.bincount(groups)
    random = np.random.default_rng(seed)
    rows = max(1, AT_ONCE // len(total))
    means = []
    for start in range(0, DRAWS, rows):
        drawn = random.integers(len(total), size=(min(rows, DRAWS - start), len(total)))
        means.append(total[drawn].sum(axis=1) / count[drawn].sum(axis=1))
    low, high = np.quantile(np.concatenate(means), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
