"""Thresholds of probability: precision against coverage of words, and against recall of pairs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import isnan
from typing import Any, NamedTuple

import numpy as np

THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(20))  # of probability; round numbers


class ScoredPrediction(NamedTuple):
    """A predicted translation: its probability, and whether it is correct."""

    probability: float
    correct: bool


@dataclass(frozen=True)
class Point:
    """A lexicon that keeps pairs of probability ``threshold`` and above.

    ``coverage`` is the share of test words whose first translation it keeps and ``precision`` the share of those that
    are right. Of all pairs that it keeps for test words, ``pair_precision`` are gold; of all gold pairs it keeps
    ``pair_recall``; ``f1`` is the harmonic mean of both.
    """

    threshold: float
    coverage: float
    precision: float
    pair_precision: float
    pair_recall: float
    f1: float


@dataclass(frozen=True)
class Curve:
    """Points by rising threshold; precision is not a number where nothing is kept."""

    points: tuple[Point, ...]

    @classmethod
    def of(cls, words: Iterable[list[ScoredPrediction]], gold: int, thresholds: Iterable[float] = THRESHOLDS) -> Curve:
        """From the translations listed for each test word, best first, and the number of ``gold`` pairs."""
        lists = list(words)
        first = np.array([listed[0] for listed in lists if listed], np.float64).reshape(-1, 2)
        pairs = np.array([scored for listed in lists for scored in listed], np.float64).reshape(-1, 2)
        return cls(tuple(_point(first, pairs, (len(lists), gold), threshold) for threshold in thresholds))

    @property
    def best(self) -> Point:
        """The point of the highest F1 of pairs."""
        return max(self.points, key=lambda point: point.f1)

    def summary(self) -> list[dict[str, Any]]:
        """For JSON."""
        return [{name: _number(value) for name, value in asdict(point).items()} for point in self.points]


def _number(value: float) -> float | None:
    return None if isnan(value) else round(value, 4)


def _point(first: Any, pairs: Any, totals: tuple[int, int], threshold: float) -> Point:
    words, gold = totals
    heads, retained = first[first[:, 0] >= threshold, 1], pairs[pairs[:, 0] >= threshold, 1]
    precision = float(retained.mean()) if len(retained) else float("nan")
    recall = float(retained.sum() / max(1, gold))
    return Point(
        threshold,
        len(heads) / max(1, words),
        float(heads.mean()) if len(heads) else float("nan"),
        precision,
        recall,
        2 * precision * recall / (precision + recall) if recall > 0 else 0.0,
    )
