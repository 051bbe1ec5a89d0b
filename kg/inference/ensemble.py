"""The ensemble: the probability of a candidate, by logistic regression on the scores of all methods and its features.

The coefficients have a Gaussian prior, whose mean was fitted to other dictionaries (``prior``). A dictionary of the two
languages themselves, of ten words or of ten thousand, moves them as far as its examples support (hierarchical Bayes;
Gelman and Hill, 2006).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from isogloss.data.numerics.logistic_regression import logistic_regression
from isogloss.data.numerics.thresholds import best_f1
from isogloss.kg.inference.examples import Examples
from isogloss.kg.inference.features import BY_ENCODER, BY_VECTORS, Described, Table
from isogloss.kg.inference.prior import Prior, prior
from isogloss.kg.inference.translation_links import Weights

BEYOND_PRIOR = ("induced", *BY_VECTORS, *BY_ENCODER)  # features that the prior has no coefficients for

# Chosen on the dictionaries that the prior was fitted to, each left out of it in turn (``benchmarks.quality.partial``).
PRECISION = 200.0  # one over the variance of a coefficient among dictionaries
FULL_COVERAGE = 0.6  # share of the candidates' words that a complete dictionary lists
# Lower than of other coefficients: dictionaries differ more in how much they list, the prior was fitted without
# vectors, and as a whole it may be over- or underconfident. Chosen by hand, not tuned by a script.
INTERCEPT_PRECISION = BEYOND_PRECISION = 5.0
LOGIT_PRECISION = 10.0  # of the prior log-odds
FIXED_PRECISION = 1e9  # of coefficients that are not fitted to other languages; a large round number
# Absence as negative evidence: added to the log-odds of a pair that a dictionary lacks although it lists both words.
# Chosen by second dictionaries of the same languages (``benchmarks.quality.absence``).
ABSENCE = -1.3


@dataclass(frozen=True, eq=False)
class Ensemble:
    """The coefficients of a candidate's features, and the share of the true pairs that are candidates at all."""

    prior: Prior
    weights: Weights  # of the columns of ``_columns``
    reach: float

    def probability(self, described: Described) -> Weights:
        """The probability of each candidate that a complete dictionary has the pair, shape ``(candidates,)``."""
        score = _columns(self.prior, described) @ self.weights + ABSENCE * described.columns["absent"]
        return np.asarray(expit(score))

    def threshold(self, probability: Weights) -> float:
        """The threshold of the highest expected F1, counting the true pairs that are no candidates as missed."""
        return best_f1(probability, probability, reach=self.reach).threshold


def fit(
    training: Sequence[Examples],
    described: Described,
    *,
    base: Prior | None = None,
    precision: float = PRECISION,
    full_coverage: float = FULL_COVERAGE,
) -> Ensemble:
    """The ensemble for some candidates, fitted to examples.

    Examples of other languages estimate the reach and the coefficients of the features that the prior lacks. For all
    other coefficients the prior was fitted to more dictionaries than any one graph has.

    A part of a dictionary lists both words of a right candidate because it has the pair, but those of a wrong one only
    by chance. As in a case-control study (Prentice and Pyke, 1979), this adds to the intercept the logarithm of how
    much more often right ones are sampled, which is subtracted again.

    Args:
        training: Examples, of the two languages and of others.
        described: The candidates to predict.
        base: The prior; by default the bundled pre-trained one.
        precision: Of the coefficients that the prior has, around its own: one over their variance.
        full_coverage: Share of the candidates' words that a complete dictionary lists.
    """
    prior_model = base or prior()
    weights = np.r_[np.array(prior_model.weights), np.zeros(len(BEYOND_PRIOR) + 1)]
    own = [examples for examples in training if examples.described.candidates is described.candidates]
    elsewhere = [examples for examples in training if examples.described.candidates is not described.candidates]
    if any(examples.described.columns[name].any() for examples in elsewhere for name in ("compared", "encoded")):
        beyond = slice(-len(BEYOND_PRIOR) - 1, -1)
        weights[beyond] = _posterior(elsewhere, prior_model, weights, _precision(prior_model, FIXED_PRECISION))[beyond]
    if own:
        selection = np.r_[np.log(max(full_coverage / own[0].coverage, 1)), np.zeros(len(weights) - 1)]
        weights = _posterior(own, prior_model, weights + selection, _precision(prior_model, precision)) - selection
    return Ensemble(prior_model, weights, mean_reach(training, prior_model.reach))


def _posterior(training: Sequence[Examples], prior_model: Prior, mean: Weights, precision: Weights) -> Weights:
    """The weights of maximal posterior probability; several sets of examples count together as much as one."""
    table = np.concatenate([_columns(prior_model, examples.described)[examples.rows] for examples in training])
    truth = np.concatenate([examples.truth for examples in training]).astype(np.float64)
    return logistic_regression(table, truth, mean, precision, importance=np.full(len(truth), 1 / len(training)))


def _precision(prior_model: Prior, precision: float) -> Weights:
    """The precision of each coefficient, in the order of ``_columns``."""
    counts = (1, len(prior_model.weights) - 1, len(BEYOND_PRIOR), 1)
    return np.repeat(np.array([INTERCEPT_PRECISION, precision, BEYOND_PRECISION, LOGIT_PRECISION]), counts)


def _columns(prior_model: Prior, described: Described) -> Table:
    """The columns of the prior, the features beyond it, and the log-odds that it gives a candidate."""
    columns = prior_model.columns(described)
    return np.column_stack([columns, described.table(BEYOND_PRIOR), columns @ np.array(prior_model.weights)])


def mean_reach(training: Sequence[Examples], default: float) -> float:
    """The share of true pairs that are candidates, over all sets of examples that are large enough to estimate it."""
    sufficient = [examples for examples in training if examples.enough]
    if not sufficient:
        return default
    return float(
        np.average(
            [examples.reach for examples in sufficient], weights=[examples.importance.sum() for examples in sufficient]
        )
    )
