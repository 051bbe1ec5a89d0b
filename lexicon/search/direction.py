"""Two languages in one space, looked at from one of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.csls import Retrieval, Search, retrieve

CANDIDATES = 20  # of each word, that are scored


@dataclass(frozen=True, eq=False)
class Direction:
    """The way from a source to a target language, with the way back as evidence.

    ``source`` and ``target`` hold the mapped vectors, shapes ``(n, d)`` and ``(m, d)``; ``bent_source`` and
    ``bent_target`` the same after the correction of ``lexicon.alignment.kernel_correction`` (the very same arrays where
    there is none). ``onward`` compares ``bent_source`` with ``target`` and ``back`` compares ``source`` with
    ``bent_target``; only ``onward.forward`` and ``back.backward`` are sure to list ``k`` translations.
    """

    source: Matrix
    bent_source: Matrix
    target: Matrix
    bent_target: Matrix
    onward: Retrieval
    back: Retrieval

    @classmethod
    def of(
        cls,
        source: Matrix,
        bent_source: Matrix,
        target: Matrix,
        bent_target: Matrix,
        *,
        k: int = CANDIDATES,
        search: Search = "exact",
        device: str = "cpu",
        progress: Progress = silent,
    ) -> Direction:
        """Compare all words, in one pass where nothing is bent and in two where it is.

        Of two passes each lists translations of its bent side; the other side gets its densities and one translation.
        """

        def compared(x: Matrix, y: Matrix, k_back: int) -> Retrieval:
            return retrieve(x, y, k, k_back=k_back, search=search, device=device, progress=progress)

        if bent_source is source and bent_target is target:
            both = compared(source, target, k)
            return cls(source, source, target, target, both, both)
        onward, back = compared(bent_source, target, 1), compared(bent_target, source, 1).reversed()
        return cls(source, bent_source, target, bent_target, onward, back)

    def reversed(self) -> Direction:
        """The way from target to source."""
        return Direction(
            self.target, self.bent_target, self.source, self.bent_source, self.back.reversed(), self.onward.reversed()
        )


def rowwise(x: Matrix, y: Matrix) -> Matrix:
    """Cosines of ``x[i]`` with each ``y[i, j]``, shapes ``(n, d)`` and ``(n, k, d)`` to ``(n, k)``."""
    return np.asarray(np.einsum("nd,nkd->nk", x, y, optimize=True), dtype=np.float32)
