"""Logistic regression with a Gaussian prior, by Newton's method."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]
Table = NDArray[np.float64]

STEPS = 25  # of Newton's method; round number, it converges in fewer
SHORTEST = 1e-4  # share of a step below which the line search ends; round number
SMALL = 1e-9  # share of the loss that a step must gain for another to follow; round number
CERTAIN = 1e-6  # distance from 0 and 1 that a probability keeps, so that its log-odds are finite; round number


def logistic_regression(
    inputs: NDArray[Any],
    truth: NDArray[Any],
    prior_mean: Weights,
    precision: Weights | float,
    *,
    importance: Weights | None = None,
) -> Weights:
    """The weights of maximal posterior probability, shape ``(f,)`` (Gelman et al., 2008, with a Gaussian prior).

    Minimises ``Σ importance · cross-entropy + Σ precision · (weights - prior_mean)² / 2`` in nats.

    Args:
        inputs: Shape ``(n, f)``; a column of ones is the intercept.
        truth: 1 for a positive case and 0 for a negative one, shape ``(n,)``.
        prior_mean: Mean of the Gaussian prior, shape ``(f,)``: what comes back without any case.
        precision: One over the variance of the prior, of all weights or of each, shape ``(f,)``.
        importance: How much each case counts, shape ``(n,)``; 1 by default.
    """
    from scipy.special import expit

    table, labels = inputs.astype(np.float64, copy=False), truth.astype(np.float64, copy=False)
    counts = np.ones(len(table)) if importance is None else importance
    held = np.broadcast_to(np.asarray(precision, dtype=np.float64), prior_mean.shape)

    def loss(weights: Weights) -> float:
        score = table @ weights
        return float(counts @ (np.logaddexp(0, score) - labels * score) + held @ (weights - prior_mean) ** 2 / 2)

    weights, before = prior_mean.copy(), loss(prior_mean)
    for _ in range(STEPS):
        probability = expit(table @ weights)
        gradient = table.T @ (counts * (probability - labels)) + held * (weights - prior_mean)
        hessian = (table * (counts * probability * (1 - probability))[:, None]).T @ table + np.diag(held)
        step, share = np.linalg.solve(hessian, gradient), 1.0
        while (after := loss(weights - share * step)) > before and share > SHORTEST:
            share /= 2  # far from the solution a whole step may lead up again
        if after > before:
            break
        weights, gained, before = weights - share * step, before - after, after
        if gained <= SMALL * abs(before):
            break
    return weights


def log_odds(probability: NDArray[Any]) -> Weights:
    """Log-odds of probabilities, which are kept ``CERTAIN`` away from 0 and 1."""
    from scipy.special import logit

    return np.asarray(logit(np.clip(probability.astype(np.float64, copy=False), CERTAIN, 1 - CERTAIN)))


def with_intercept(table: Table) -> Table:
    """The table with a column of ones in front."""
    return np.column_stack([np.ones(len(table)), table])
