"""Which candidates become the lexicon, and its expected precision and recall by calibrated probability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from isogloss.data.numerics.thresholds import best_f1
from isogloss.data.vectors import Matrix

THRESHOLDS = tuple(round(0.1 * step, 1) for step in range(1, 10))  # of the report; round numbers
MIN_PRECISION = 0.8  # expected of the lexicon by default; chosen on held-out seed words (docs/decisions.md)
EVEN = 0.5  # probability below which a pair is more likely wrong than right
RECALL_WEIGHT = 2.0  # of recall beside precision with the goal recall: F2, the usual one
NOTHING = 1.0  # threshold that keeps no pair, where none is sure enough

Goal = Literal["precision", "recall", "f1"]


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


@dataclass(frozen=True)
class Selection:
    """Which pairs are kept.

    With the ``goal`` precision, the surest ones, as many as keep the expected precision at ``min_precision``, and none
    that is more likely wrong than right. With f1 and recall, those of the highest expected F1, or F2.
    ``min_probability`` is a threshold that stands in place of all that.
    """

    goal: Goal = "precision"
    min_precision: float | None = None
    min_probability: float | None = None

    def threshold(self, probability: Matrix) -> float:
        """The lowest probability to keep, of candidates of calibrated ``probability``, any shape."""
        if self.min_probability is not None:
            return self.min_probability
        if self.min_precision is None and self.goal == "f1":
            return best_f1(probability, probability).threshold
        if self.min_precision is None and self.goal == "recall":
            return best_f1(probability, probability, recall_weight=RECALL_WEIGHT).threshold
        least = MIN_PRECISION if self.min_precision is None else self.min_precision
        return max(min(EVEN, least), lowest_threshold(probability, least))


def lowest_threshold(probability: Matrix, precision: float) -> float:
    """The lowest probability from which on the mean is at least ``precision``; ``NOTHING`` where there is none."""
    ordered = np.sort(probability, axis=None)[::-1].astype(np.float64)
    mean = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    last = np.append(ordered[1:] != ordered[:-1], True)  # of those of equal probability
    reached = np.flatnonzero((mean >= precision) & last)
    return float(ordered[reached[-1]]) if len(reached) else NOTHING


def expected(probability: Matrix, threshold: float) -> Expected:
    """What a threshold gives for candidates of calibrated ``probability``, shape ``(words, k)``."""
    retained = probability >= threshold
    pairs, right, total = int(retained.sum()), float(probability[retained].sum()), float(probability.sum())
    return Expected(
        round(threshold, 4),
        int(retained.any(axis=1).sum()),
        pairs,
        round(right / max(1, pairs), 4),
        round(right / max(1e-9, total), 4),
        round(2 * right / max(1e-9, pairs + total), 4),
    )
