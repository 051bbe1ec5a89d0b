"""Retrieval between two languages in the shared space, in both directions, with and without the kernel correction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.index import Retrieval

CANDIDATES = 20  # answers of each word that are ranked; round number, not tuned


@dataclass(frozen=True, eq=False)
class Direction:
    """Two languages in the shared space, compared from source to target and from target to source.

    Attributes:
        source: Source vectors after the linear map, shape ``(n, d)``.
        corrected_source: The same after the kernel correction; the very same array where there is none.
        target: Target vectors after the linear map, shape ``(m, d)``.
        corrected_target: The same after the kernel correction; the very same array where there is none.
        forward_retrieval: Compares ``corrected_source`` with ``target``; lists ``k`` translations of each source word.
        backward_retrieval: Compares ``source`` with ``corrected_target``; lists ``k`` translations of each target word
            (in ``backward_retrieval.backward``). The other list of either may hold one only.
    """

    source: Matrix
    corrected_source: Matrix
    target: Matrix
    corrected_target: Matrix
    forward_retrieval: Retrieval
    backward_retrieval: Retrieval

    def reversed(self) -> Direction:
        """The same with source and target exchanged."""
        return Direction(
            self.target,
            self.corrected_target,
            self.source,
            self.corrected_source,
            self.backward_retrieval.reversed(),
            self.forward_retrieval.reversed(),
        )


def rowwise(x: Matrix, y: Matrix) -> Matrix:
    """Cosines of ``x[i]`` with each ``y[i, j]``, shapes ``(n, d)`` and ``(n, k, d)`` to ``(n, k)``."""
    return np.asarray(np.einsum("nd,nkd->nk", x, y, optimize=True), dtype=np.float32)
