"""Logistic regression on a few columns, held back towards weights that are believed beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = NDArray[np.float64]


def logistic_regression(inputs: NDArray[Any], wanted: NDArray[Any], believed: Columns, *, held: float) -> Columns:
    """The weights, shape ``(f,)``, that make ``wanted`` most likely.

    Args:
        inputs: Shape ``(n, f)``.
        wanted: 1 where a case is so and 0 where not, shape ``(n,)``.
        believed: Weights before anything is seen, shape ``(f,)``.
        held: What the square of a weight's distance from them costs, in nats.
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    cases, truth = inputs.astype(np.float64), wanted.astype(np.float64)

    def loss(weights: Columns) -> tuple[float, Columns]:
        score, away = cases @ weights, weights - believed
        value = np.logaddexp(0, score).sum() - score @ truth + held * (away**2).sum()
        return float(value), cases.T @ (expit(score) - truth) + 2 * held * away

    return np.asarray(minimize(loss, believed, jac=True, method="L-BFGS-B").x)
