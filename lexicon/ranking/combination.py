"""A ranker's probability and what another source says of the same candidates, as one logistic model."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isogloss.data.numerics.logistic_regression import log_odds, logistic_regression
from isogloss.data.vectors import Matrix

PRECISION = 2.0  # one over the prior variance of a weight, about that of no evidence; round number

Truth = NDArray[np.bool_]


class Combination(NamedTuple):
    """A logistic model of the ranker's logit and ``c`` columns of another source."""

    weights: NDArray[np.float64]  # (2 + c,): offset, ranker, columns

    def __call__(self, probability: Matrix, columns: Matrix) -> Matrix:
        """Probabilities by both, shape ``(n, k)``; where a column is NaN, the ranker's alone."""
        from scipy.special import expit

        finite: Truth = np.asarray(np.isfinite(columns).all(axis=-1), dtype=np.bool_)
        inputs = _inputs(probability, np.nan_to_num(columns))
        return np.asarray(np.where(finite, expit(inputs @ self.weights), probability), dtype=np.float32)


def fitted(probability: Matrix, columns: Matrix, truth: Truth) -> Combination:
    """Logistic regression on held-out words with a Gaussian prior around the ranker alone.

    Args:
        probability: By the ranker, shape ``(n, k)``.
        columns: Of the other source, shape ``(n, k, c)``.
        truth: Which candidates are right, shape ``(n, k)``.
    """
    alone = _ranker_alone(columns)
    inputs = _inputs(probability, columns).reshape(-1, len(alone))
    return Combination(logistic_regression(inputs, truth.ravel(), alone, PRECISION))


def gain(probability: Matrix, columns: Matrix, truth: Truth, *, seed: int = 0) -> dict[str, Any]:
    """What the other source gains on held-out words, each half scored with weights fitted to the other.

    Returns:
        ``words``, P@1 ``without`` and ``with`` it, and whether it ``helps``: the candidates' likelihood is higher.
    """
    combined = crossfitted(probability, columns, truth, seed=seed)
    account, gains = _compared(probability, columns, truth, combined)
    return {**account, "helps": bool(gains.sum() > 0)}


def gain_elsewhere(probability: Matrix, columns: Matrix, truth: Truth, deciding: Truth) -> dict[str, Any]:
    """What the other source gains on the ``deciding`` words, scored with weights fitted to all others.

    For words of another kind than most held-out words, which alone show whether the weights carry over to them.

    Args:
        probability: By the ranker, shape ``(n, k)``.
        columns: Of the other source, shape ``(n, k, c)``.
        truth: Which candidates are right, shape ``(n, k)``.
        deciding: Which words decide, shape ``(n,)``; two at least.

    Returns:
        As of ``gain``; it ``helps`` if the mean gain in log-likelihood of a deciding word exceeds its standard error.
    """
    combination = fitted(probability[~deciding], columns[~deciding], truth[~deciding])
    probability, columns, truth = probability[deciding], columns[deciding], truth[deciding]
    account, gains = _compared(probability, columns, truth, combination(probability, columns))
    return {**account, "helps": bool(gains.mean() > gains.std(ddof=1) / np.sqrt(len(gains)))}


def crossfitted(probability: Matrix, columns: Matrix, truth: Truth, *, seed: int = 0) -> Matrix:
    """Probabilities by both, shape ``(n, k)``, each half of the words with weights fitted to the other."""
    half = np.random.default_rng(seed).permutation(len(truth)) % 2 == 0
    combined = np.zeros(probability.shape, np.float32)
    for train in (half, ~half):
        combination = fitted(probability[train], columns[train], truth[train])
        combined[~train] = combination(probability[~train], columns[~train])
    return combined


def _ranker_alone(columns: Matrix) -> NDArray[np.float64]:
    """The weights that leave the ranker's probability as it is."""
    return np.array([0.0, 1.0, *[0.0] * columns.shape[-1]])


def _precision(probability: Matrix, truth: Truth) -> float:
    return float(truth[np.arange(len(truth)), probability.argmax(axis=1)].mean())


def _compared(
    probability: Matrix, columns: Matrix, truth: Truth, combined: Matrix
) -> tuple[dict[str, Any], NDArray[np.float64]]:
    """How many words, and P@1 without and with the other source; what each word gains in log-likelihood."""
    plain = Combination(_ranker_alone(columns))(probability, columns)
    precision = {"without": round(_precision(plain, truth), 4), "with": round(_precision(combined, truth), 4)}
    return {"words": len(truth), **precision}, _likelihood(combined, truth) - _likelihood(plain, truth)


def _likelihood(probability: Matrix, truth: Truth) -> NDArray[np.float64]:
    """The log-likelihood of the candidates of each word, shape ``(n,)``."""
    clipped = np.clip(probability, 1e-6, 1 - 1e-6).astype(np.float64)
    return np.asarray(np.log(np.where(truth, clipped, 1 - clipped)).sum(axis=1))


def _inputs(probability: Matrix, columns: Matrix) -> NDArray[np.float64]:
    own = log_odds(probability)
    return np.concatenate([np.ones((*own.shape, 1)), own[..., None], columns], axis=-1)
