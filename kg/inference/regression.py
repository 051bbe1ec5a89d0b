"""Logistic regression by Newton's method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]
Table = NDArray[np.float64]

PENALTY = 5.0  # on the square of the weights
STEPS = 12  # of Newton's method; it converges in fewer


def regression(table: Table, truth: Weights, importance: Weights) -> Weights:
    """The most likely weights, shape ``(columns,)``; the first column's, the intercept, is not held back.

    Args:
        table: What is known of each case, shape ``(cases, columns)``, ones in the first column.
        truth: 1 where a case is so, 0 where not.
        importance: How much each case counts; 1 on average.
    """
    weights = np.zeros(table.shape[1])
    penalty = PENALTY * np.eye(len(weights))
    penalty[0, 0] = 1e-6
    for _ in range(STEPS):
        chance = logistic(table @ weights)
        slope = table.T @ (importance * (chance - truth)) + penalty @ weights
        curve = (table * (importance * chance * (1 - chance))[:, None]).T @ table + penalty
        weights = weights - np.linalg.solve(curve, slope)
    return weights


def logistic(value: Weights) -> Weights:
    """The chance that belongs to the logarithm of the odds."""
    found: Weights = 1 / (1 + np.exp(-np.clip(value, -30, 30)))
    return found


def odds(chance: Weights) -> Weights:
    """The logarithm of the odds."""
    held = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.log(held / (1 - held))


def with_one(table: Table) -> Table:
    """The table with a column of ones in front."""
    return np.column_stack([np.ones(len(table)), table])
