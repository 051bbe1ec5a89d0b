"""Expected precision and recall of a lexicon at each threshold of calibrated probability."""

from __future__ import annotations

from typing import NamedTuple

from isogloss.data.vectors import Matrix

THRESHOLDS = tuple(round(0.1 * step, 1) for step in range(1, 10))  # of the report; round numbers


class Expected(NamedTuple):
    """Expected precision and recall of the pairs of probability ``threshold`` and above.

    ``words`` have a pair, ``pairs`` are kept, ``precision`` of them are right, and of all right ones among the
    candidates ``recall`` are kept; ``f1`` is the harmonic mean. All but the counts are expectations: no gold is looked
    at.
    """

    threshold: float
    words: int
    pairs: int
    precision: float
    recall: float
    f1: float


def expected(probability: Matrix, threshold: float) -> Expected:
    """What a threshold gives for candidates of calibrated ``probability``, shape ``(words, k)``."""
    kept = probability >= threshold
    pairs, right, total = int(kept.sum()), float(probability[kept].sum()), float(probability.sum())
    return Expected(
        round(threshold, 4),
        int(kept.any(axis=1).sum()),
        pairs,
        round(right / max(1, pairs), 4),
        round(right / max(1e-9, total), 4),
        round(2 * right / max(1e-9, pairs + total), 4),
    )
