"""Logistic regression by Newton's method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]
Table = NDArray[np.float64]

PENALTY = 5.0  # on the square of the weights
FREE = 1e-6  # on that of the intercept, which is not held back
STEPS = 25  # of Newton's method; it converges in fewer
SHORTEST = 1e-4  # the share of a step below which no way down is looked for
SMALL = 1e-9  # the share of the loss that a step has to take away to be worth another


def regression(
    table: Table, truth: Weights, importance: Weights, *, around: Weights | None = None, penalty: Weights | None = None
) -> Weights:
    """The most probable weights, shape ``(columns,)``.

    Args:
        table: What is known of each case, shape ``(cases, columns)``, ones in the first column.
        truth: 1 where a case is so, 0 where not.
        importance: How much each case counts.
        around: The weights that are the most probable without any case; 0 by default.
        penalty: How strongly each weight is held there: one over the variance of a normal distribution around it. By
            default all but the intercept are held with ``PENALTY``.
    """
    columns = table.shape[1]
    centre = np.zeros(columns) if around is None else around
    held = np.r_[FREE, np.full(columns - 1, PENALTY)] if penalty is None else penalty

    def loss(weights: Weights) -> float:
        value = table @ weights
        return float(importance @ (np.logaddexp(0, value) - truth * value) + held @ (weights - centre) ** 2 / 2)

    weights, before = centre.copy(), loss(centre)
    for _ in range(STEPS):
        chance = logistic(table @ weights)
        slope = table.T @ (importance * (chance - truth)) + held * (weights - centre)
        curve = (table * (importance * chance * (1 - chance))[:, None]).T @ table + np.diag(held)
        step, share = np.linalg.solve(curve, slope), 1.0
        while (after := loss(weights - share * step)) > before and share > SHORTEST:
            share /= 2  # far from the solution a whole step may lead up again
        if after > before:
            break
        weights, gained, before = weights - share * step, before - after, after
        if gained <= SMALL * abs(before):
            break
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
