"""Where to cut a list of scored candidates."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]  # float or bool


class BestF1(NamedTuple):
    """The ``threshold`` that gives the highest F1 if scores from there on are kept, and that F1."""

    threshold: float
    f1: float


def best_f1(
    score: Numbers,
    truth: Numbers,
    *,
    importance: Numbers | None = None,
    reach: float = 1.0,
    total: float | None = None,
    recall_weight: float = 1.0,
) -> BestF1:
    """The threshold with the highest F1, where a candidate is right with chance ``truth``.

    With calibrated probabilities as ``score`` and as ``truth`` it is the threshold of the highest expected F1, which is
    half of that F1 (Lipton et al., 2014). Candidates of equal score are kept or dropped together.

    Args:
        score: Of each candidate, any shape.
        truth: Whether each is right, or how probable that is, same shape.
        importance: How many candidates each stands for, same shape; by default one.
        reach: The share of all right ones that is among the candidates.
        total: How much there is to find, if that is known; by default the right candidates / ``reach``.
        recall_weight: Times that recall matters as much as precision: the beta of F-beta (van Rijsbergen, 1979).

    Returns:
        Threshold 1 and F1 0 where no candidate is right.
    """
    values = np.asarray(score, np.float64).ravel()
    order = np.argsort(-values, kind="stable")
    weights = np.ones(len(values)) if importance is None else np.asarray(importance, np.float64).ravel()
    right = np.cumsum((np.asarray(truth, np.float64).ravel() * weights)[order])
    retained = np.cumsum(weights[order])
    if not len(values) or right[-1] <= 0:
        return BestF1(1.0, 0.0)
    ordered = values[order]
    last = np.append(ordered[1:] != ordered[:-1], True)  # of those of equal score
    beta, sought = recall_weight**2, right[-1] / reach if total is None else total
    f1 = np.where(last, (1 + beta) * right / (retained + beta * sought), 0.0)
    best = int(f1.argmax())
    return BestF1(float(ordered[best]), float(f1[best]))
