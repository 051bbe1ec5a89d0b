"""Which pairs a lexicon keeps: what calibrated probabilities promise of each threshold."""

from __future__ import annotations

from typing import NamedTuple

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
