"""Which pairs a lexicon keeps: what calibrated probabilities promise of each threshold."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from isogloss.data.vectors import Matrix

LEAST = tuple(round(0.1 * step, 1) for step in range(1, 10))


class Outlook(NamedTuple):
    """What to expect of the pairs of probability ``least`` and above.

    ``words`` have a pair, ``pairs`` are kept, ``precision`` of them are right, and of all right ones among the
    candidates ``recall`` are kept; ``f1`` is the harmonic mean. All but the counts are expectations: no gold is looked
    at.
    """

    least: float
    words: int
    pairs: int
    precision: float
    recall: float
    f1: float


def outlook(probability: Matrix, least: float) -> Outlook:
    """What a threshold promises for candidates of calibrated ``probability``, shape ``(words, k)``."""
    kept = probability >= least
    pairs, right, total = int(kept.sum()), float(probability[kept].sum()), float(probability.sum())
    return Outlook(
        round(least, 4),
        int(kept.any(axis=1).sum()),
        pairs,
        round(right / max(1, pairs), 4),
        round(right / max(1e-9, total), 4),
        round(2 * right / max(1e-9, pairs + total), 4),
    )


def balanced(probability: Matrix) -> float:
    """The threshold that promises the best balance of precision and recall.

    Where probabilities are calibrated, a pair is worth keeping while its probability is at least half of the best F1
    that can be had (Lipton et al., 2014); one look at the sorted probabilities finds both.

    Args:
        probability: Of all candidates of all words, any shape.
    """
    ordered = np.sort(probability, axis=None)[::-1].astype(np.float64)
    if not len(ordered) or ordered[0] <= 0:
        return 1.0
    f1 = 2 * np.cumsum(ordered) / (np.arange(1, len(ordered) + 1) + ordered.sum())
    return float(ordered[int(f1.argmax())])
