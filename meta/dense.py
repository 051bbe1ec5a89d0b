"""CSLS between two small vocabularies, from a single product held whole: an inner loop runs it hundreds of times."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.vectors import Matrix
from lexicon.csls import NEIGHBOURHOOD, Retrieval, csls, retrieve
from lexicon.retrieval import Neighbours, Rows

LARGEST = 25_000_000  # scores held at once; above, the search works in blocks


def search(x: Matrix, y: Matrix, k: int) -> Retrieval:
    """The ``k`` best translations of every row, both ways, by CSLS: what ``lexicon.csls.retrieve`` finds.

    Args:
        x: Source vectors in the shared space, shape ``(n, d)``, unit length.
        y: Target vectors in the shared space, shape ``(m, d)``, unit length.
        k: Translations for each word.
    """
    if len(x) * len(y) > LARGEST:
        return retrieve(x, y, k)
    scores, source_density, target_density = _scores(x, y)
    return Retrieval(_best(scores, k), _best(scores.T, k), source_density, target_density)


def mutual_pairs(x: Matrix, y: Matrix) -> Rows:
    """Rows that are each other's best translation by CSLS, shape ``(pairs, 2)``, by source row."""
    if len(x) * len(y) > LARGEST:
        return retrieve(x, y, 1).mutual()
    scores, _, _ = _scores(x, y)
    best, back = scores.argmax(axis=1), scores.argmax(axis=0)
    agreed = back[best] == np.arange(len(best))
    return np.stack([np.flatnonzero(agreed), best[agreed]], axis=1)


def _scores(x: Matrix, y: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    cosine = x @ y.T
    source_density = _mean_of_nearest(cosine, axis=1)
    target_density = _mean_of_nearest(cosine, axis=0)
    return csls(cosine, source_density[:, None], target_density), source_density, target_density


def _mean_of_nearest(cosine: Matrix, axis: int) -> Matrix:
    near = min(NEIGHBOURHOOD, cosine.shape[axis])
    ordered = np.partition(cosine, -near, axis=axis)
    return np.asarray((ordered[:, -near:] if axis else ordered[-near:]).mean(axis=axis), dtype=np.float32)


def _best(scores: NDArray[np.float32], k: int) -> Neighbours:
    k = min(k, scores.shape[1])
    rows = np.argpartition(scores, -k, axis=1)[:, -k:]
    found = np.take_along_axis(scores, rows, axis=1)
    order = np.argsort(-found, axis=1, kind="stable")
    return Neighbours(np.take_along_axis(rows, order, axis=1), np.take_along_axis(found, order, axis=1))
