"""CSLS between two small vocabularies, from products held whole: an inner loop runs it hundreds of times."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isogloss.data.numerics.csls import csls, neighbor_density
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.csls import retrieve
from isogloss.lexicon.search.index import Neighbors, Retrieval, Rows

MAX_SCORES = 25_000_000  # held at once (5,000 × 5,000, 100 MB); above, the search works in blocks; round number


def search(x: Matrix, y: Matrix, k: int) -> Retrieval:
    """The ``k`` best translations of every row in both directions by CSLS, as ``lexicon.search.csls.retrieve`` finds.

    Args:
        x: Source vectors in the shared space, shape ``(n, d)``, unit length.
        y: Target vectors in the shared space, shape ``(m, d)``, unit length.
        k: Translations for each word.
    """
    if len(x) * len(y) > MAX_SCORES:
        return retrieve(x, y, k)
    forward, backward = _Products.of(x, y)
    return Retrieval(_best(forward.scores, k), _best(backward.scores, k), forward.density, backward.density)


def mutual_pairs(x: Matrix, y: Matrix) -> Rows:
    """Rows that are each other's best translation by CSLS, shape ``(pairs, 2)``, by source row."""
    if len(x) * len(y) > MAX_SCORES:
        return retrieve(x, y, 1).mutual()
    best, best_back = (direction.scores.argmax(axis=1) for direction in _Products.of(x, y))
    mutual = best_back[best] == np.arange(len(best))
    return np.stack([np.flatnonzero(mutual), best[mutual]], axis=1)


class _Products(NamedTuple):
    """One direction: the cosines of all pairs, and the densities that CSLS takes from them."""

    cosine: Matrix
    density: Matrix
    other_density: Matrix

    @classmethod
    def of(cls, x: Matrix, y: Matrix) -> tuple[_Products, _Products]:
        """Both directions. The product is computed twice, since sorting along columns costs more than that."""
        forward, backward = x @ y.T, y @ x.T
        source_density, target_density = neighbor_density(forward), neighbor_density(backward)
        return cls(forward, source_density, target_density), cls(backward, target_density, source_density)

    @property
    def scores(self) -> Matrix:
        """CSLS of all pairs."""
        return csls(self.cosine, self.density[:, None], self.other_density)


def _best(scores: NDArray[np.float32], k: int) -> Neighbors:
    k = min(k, scores.shape[1])
    rows = np.argpartition(scores, -k, axis=1)[:, -k:]
    best = np.take_along_axis(scores, rows, axis=1)
    order = np.argsort(-best, axis=1, kind="stable")
    return Neighbors(np.take_along_axis(rows, order, axis=1), np.take_along_axis(best, order, axis=1))
