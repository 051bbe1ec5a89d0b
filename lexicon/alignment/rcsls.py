"""RCSLS: a linear map trained on the retrieval criterion, CSLS, relaxed so that it is convex (Joulin et al., 2018)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.maps import Maps
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.index import ExactIndex, Rows

MIN_RATE = 1e-4  # step length at which descent stops; round number, not tuned


class LossAndGradient(NamedTuple):
    """The loss of a map and its gradient."""

    loss: float
    gradient: Matrix


def rcsls(
    x: Matrix, y: Matrix, pairs: Seeds, maps: Maps, *, steps: int = 10, rate: float = 1.0, neighbors: int = 10
) -> Maps:
    """Lower the relaxed CSLS loss by gradient descent, from ``maps`` on (Joulin et al., 2018).

    The loss of a pair is ``-2 x w y`` plus the mean product of ``x w`` with its nearest target words and of ``y`` with
    its nearest mapped source words, among all words of both languages. The step is halved whenever the loss rises, and
    the map goes back to where it was before.

    Args:
        x: All source vectors, shape ``(n, d)``, unit length.
        y: All target vectors, shape ``(m, d)``, unit length.
        pairs: Known pairs of rows.
        maps: Where to begin; only the source's map is changed.
        steps: Of gradient descent, and one to begin with.
        rate: The first step's length.
        neighbors: Nearest neighbors whose mean similarity is a word's density.
    """
    y = y @ maps.target
    loss = Loss(x, y, pairs, neighbors)
    w = maps.source.copy()
    before: tuple[Matrix, LossAndGradient] | None = None
    for _ in range(steps + 1):
        if rate < MIN_RATE:
            break
        current = loss(w)
        if before is not None and current.loss > before[1].loss:
            rate /= 2
            w, current = before
        before = w, current
        w = w - np.float32(rate) * current.gradient
    return Maps(w, maps.target)


class Loss:
    """The relaxed CSLS loss of a map over known pairs.

    A word that stands in several pairs is searched for once.
    """

    def __init__(self, x: Matrix, y: Matrix, pairs: Seeds, neighbors: int) -> None:
        self._x, self._y, self._pairs, self._k = x, y, pairs, neighbors
        self._sources, self._source_counts = np.unique(pairs.source, return_counts=True)
        self._targets, self._target_counts = np.unique(pairs.target, return_counts=True)
        self._index = ExactIndex(y)
        self._agreement = x[pairs.source].T @ y[pairs.target]

    def __call__(self, w: Matrix) -> LossAndGradient:
        """The loss at ``w``, shape ``(d, d)``, and its gradient."""
        mapped = self._x @ w
        x, y = self._x[self._sources], self._y[self._targets]
        forward = self._index.search(mapped[self._sources], self._k).rows
        backward = ExactIndex(mapped).search(y, self._k).rows
        density = (x * self._source_counts[:, None].astype(np.float32)).T @ _mean(self._y, forward)
        density += _mean(self._x, backward).T @ (y * self._target_counts[:, None].astype(np.float32))
        gradient = (density - 2 * self._agreement) / np.float32(len(self._pairs))
        return LossAndGradient(float((gradient * w).sum(dtype=np.float64)), np.asarray(gradient, dtype=np.float32))


def _mean(table: Matrix, rows: Rows) -> Matrix:
    """The mean of the vectors at each line of ``rows``, shape ``(n, k)``."""
    total = table[rows[:, 0]].copy()
    for place in range(1, rows.shape[1]):
        total += table[rows[:, place]]
    return np.asarray(total / np.float32(rows.shape[1]), dtype=np.float32)
