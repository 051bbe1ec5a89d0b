"""Active learning: which words are worth translating next, so that few translations align two languages.

Two things are judged, both from the vectors alone. **Coverage**: the map is right near the seeds and guessed far from
them, so every frequent word should have a seed near it (facility location; the greedy choice is within 1 - 1/e of the
best one, Nemhauser, Wolsey and Fisher, 1978). **Uncertainty**: once there are seeds, words whose translation is sure
already need no further seed near them. Words with many near neighbours of all kinds (hubs; Radovanović et al., 2010)
say little about any of them and are avoided.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.vectors import Matrix
from lexicon.retrieval import Rows

POWER = 0.5  # of the frequency in the weight of a word that wants a seed near it
SHARPNESS = 2.0  # power of the similarity: what is half as near counts a quarter

Weight = NDArray[np.float64]


class Choice(NamedTuple):
    """A word that was chosen, and the share of what is left to cover that it covers."""

    row: int
    gain: float


def demand(ranks: int, *, power: float = POWER, sure: Weight | None = None) -> Weight:
    """How much each word wants a seed near it, shape ``(ranks,)``, in sum 1.

    Args:
        ranks: How many words there are, most frequent first; frequency falls as Zipf's law says.
        power: Of the frequency: 0 treats all words alike, 1 as their running text does.
        sure: The probability that a word's translation is right already, shape ``(ranks,)``.
    """
    wanted = np.arange(1, ranks + 1, dtype=np.float64) ** -power
    if sure is not None:
        wanted = wanted * (1 - np.clip(sure, 0, 1)) + 1e-9
    return np.asarray(wanted / wanted.sum())


def coverage(
    x: Matrix, wanted: Weight, allowed: Rows, chosen: Rows, count: int, *, sharpness: float = SHARPNESS
) -> list[Choice]:
    """The ``count`` words that together bring a seed nearest to what is wanted: greedy facility location.

    Args:
        x: Normalised vectors of the words to be covered, shape ``(n, d)``, unit length.
        wanted: How much each of them wants a seed near it, shape ``(n,)``.
        allowed: Rows that may be chosen.
        chosen: Rows that are seeds already.
        count: How many to choose; fewer are returned where fewer are allowed.
        sharpness: Power of the similarity.
    """
    near = np.maximum(x[allowed] @ x.T, 0) ** sharpness  # (allowed, n)
    covered = np.zeros(len(x), np.float32)
    if len(chosen):
        covered = (np.maximum(x[chosen] @ x.T, 0) ** sharpness).max(axis=0)
    free = ~np.isin(allowed, chosen)
    found: list[Choice] = []
    weight = wanted.astype(np.float32)
    for _ in range(min(count, int(free.sum()))):
        gains = np.where(free, np.maximum(near - covered, 0) @ weight, -1)
        best = int(gains.argmax())
        left = float((1 - covered) @ weight)
        found.append(Choice(int(allowed[best]), float(gains[best]) / max(left, 1e-12)))
        covered = np.maximum(covered, near[best])
        free[best] = False
    return found


def leverage(x: Matrix, wanted: Weight, allowed: Rows, chosen: Rows, count: int, *, ridge: float = 0.1) -> list[Choice]:
    """The words that pin down the most of a linear map: greedy D-optimal design (Fedorov, 1972).

    A word gains ``log(1 + xᵀ A⁻¹ x)``, where ``A`` is what the seeds say about each direction plus ``ridge``, times
    its share in what is ``wanted``.
    """
    inverse = np.eye(x.shape[1]) / ridge
    for row in chosen.tolist():
        inverse = _updated(inverse, x[row])
    free, found = ~np.isin(allowed, chosen), list[Choice]()
    candidates, weight = x[allowed].astype(np.float64), wanted[allowed] / wanted[allowed].max()
    for _ in range(min(count, int(free.sum()))):
        open_ = np.log1p(np.einsum("nd,nd->n", candidates @ inverse, candidates)) * weight
        best = int(np.where(free, open_, -1).argmax())
        found.append(Choice(int(allowed[best]), float(open_[best])))
        inverse = _updated(inverse, candidates[best])
        free[best] = False
    return found


def frequent(x: Matrix, wanted: Weight, allowed: Rows, chosen: Rows, count: int) -> list[Choice]:
    """The most frequent words that are allowed: what a list of basic vocabulary would give."""
    del x
    free = np.sort(allowed[~np.isin(allowed, chosen)])[:count]
    return [Choice(row, float(wanted[row])) for row in free.tolist()]


def _updated(inverse: NDArray[np.float64], x: NDArray[np.floating]) -> NDArray[np.float64]:
    """``(A + x xᵀ)⁻¹`` from ``A⁻¹`` (Sherman and Morrison, 1950)."""
    step = inverse @ x
    return np.asarray(inverse - np.outer(step, step) / (1 + x @ step))
