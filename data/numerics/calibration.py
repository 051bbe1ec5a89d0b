"""Whether probabilities mean what they say: of what is called 0.9, nine in ten should be right."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Probabilities = NDArray[np.floating[Any]]

BINS = 10  # of equal width; round number, the usual one (Naeini et al., 2015)


class Bin(NamedTuple):
    """What was given probabilities between two bounds: what was promised, and what came true."""

    low: float
    high: float
    cases: int
    promised: float  # the mean probability
    true: float  # the share that is right


def reliability(probability: Probabilities, truth: Flags) -> list[Bin]:
    """The bins of equal width that are not empty (the reliability diagram of DeGroot and Fienberg, 1983).

    Args:
        probability: Of each candidate, any shape.
        truth: Whether each is right, same shape.
    """
    probability, truth = probability.ravel(), truth.ravel()
    place = np.clip((probability * BINS).astype(np.int64), 0, BINS - 1)
    filled = []
    for number in np.unique(place).tolist():
        inside = place == number
        promised, true = (
            float(np.clip(probability[inside].mean(), number / BINS, (number + 1) / BINS)),
            float(truth[inside].mean()),
        )
        filled.append(Bin(number / BINS, (number + 1) / BINS, int(inside.sum()), promised, true))
    return filled


def calibration_error(probability: Probabilities, truth: Flags) -> float:
    """The expected calibration error (Naeini et al., 2015): the gap of promise and truth, in the mean of all cases.

    Args:
        probability: Of each candidate, any shape.
        truth: Whether each is right, same shape.
    """
    filled = reliability(probability, truth)
    total = sum(bin_.cases for bin_ in filled)
    return sum(bin_.cases * abs(bin_.promised - bin_.true) for bin_ in filled) / total if total else 0.0
