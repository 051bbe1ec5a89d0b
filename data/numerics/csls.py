"""Cross-domain similarity local scaling (CSLS): cosine minus the neighbor density of both words.

Hubs are near to everything. What a pair's cosine is worth depends on how near either word is to its nearest words of
the other language anyway (Lample et al., 2018).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

NEIGHBORS = 10  # nearest words that make up a density: as in Lample et al. (2018)


def csls(cosine: NDArray[Any], source_density: NDArray[Any], target_density: NDArray[Any]) -> NDArray[Any]:
    """``2 cos(x, y) - r(x) - r(y)``, -4 to 4, for arrays that broadcast together; in their precision."""
    return np.asarray(2 * cosine - source_density - target_density)


def neighbor_density(cosine: NDArray[Any], k: int = NEIGHBORS) -> NDArray[Any]:
    """The mean cosine of each word to its ``k`` nearest words of the other language, shape ``(n,)``.

    Args:
        cosine: To words of the other language, all of them or the nearest, in any order, shape ``(n, m)``; -inf where
            an approximate search found fewer.
        k: Nearest words that count; all where there are fewer.
    """
    nearest = cosine if cosine.shape[1] <= k else np.partition(cosine, -k, axis=1)[:, -k:]
    finite = np.isfinite(nearest)
    return np.asarray(np.where(finite, nearest, 0).sum(axis=1) / np.maximum(finite.sum(axis=1), 1), dtype=cosine.dtype)
