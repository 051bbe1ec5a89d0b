"""The ensemble: a probability from the scores of all methods and everything else that is known of a candidate.

What other dictionaries have taught is the beginning (``prior``). What a dictionary of the very languages in question
says, be it of ten words or of ten thousand, moves its coefficients as far as there is ground to: they are the most
probable ones under a normal distribution around those of the prior (hierarchical Bayes; Gelman and Hill, 2006).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from isogloss.data.numerics.logistic_regression import logistic_regression
from isogloss.data.numerics.thresholds import best_f1
from isogloss.kg.inference.examples import Examples
from isogloss.kg.inference.features import BY_VECTORS, Described, Table
from isogloss.kg.inference.prior import Prior, prior
from isogloss.kg.inference.translation_links import Weights

BESIDE = ("induced", *BY_VECTORS)  # what the prior does not look at

# Chosen on the teachers of the prior, each left out of it (``benchmarks.quality.partial``).
HELD = 200.0  # one over the variance of a coefficient among dictionaries
COMPLETE = 0.6  # the share of the words in question that a whole dictionary knows
# Held less than other coefficients: how much dictionaries list differs more, no vectors have taught the prior, and it
# may be more or less sure as a whole. What the prior should not learn from other languages is fixed.
INTERCEPT_HELD = BESIDE_HELD = 5.0
SURENESS_HELD = 10.0
FIXED = 1e9
# What the logarithm of the odds is moved by where a dictionary knows both words and does not have the pair: judged by
# a second dictionary of the same languages (``benchmarks.quality.silence``).
SILENCE = -1.3


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Coefficients of what is known of a candidate, and what share of the true pairs are candidates at all."""

    prior: Prior
    weights: Weights  # of the columns of ``_columns``
    reach: float

    def probability(self, described: Described) -> Weights:
        """How likely each candidate is a translation that a dictionary would have."""
        found: Weights = expit(_columns(self.prior, described) @ self.weights + SILENCE * described.columns["silent"])
        return found

    def threshold(self, probability: Weights) -> float:
        """The probability to ask for so that the expected F1 is highest, given what cannot be reached."""
        return best_f1(probability, probability, reach=self.reach).threshold


def fit(
    lessons: Sequence[Examples],
    asked: Described,
    *,
    begin: Prior | None = None,
    held: float = HELD,
    complete: float = COMPLETE,
) -> Ensemble:
    """The ensemble for the candidates that will be asked about.

    Examples of other languages teach how many of the true pairs are candidates, and what vectors are worth. Of all else
    the prior knows more dictionaries than any one graph has.

    A part of a dictionary knows both words of a right candidate because it has the pair, but those of a wrong one only
    by chance. As in a case-control study (Prentice and Pyke, 1979), this adds to the intercept the logarithm of how
    much more often right ones are seen, which is taken off again.

    Args:
        lessons: Examples, of the languages in question and of others.
        asked: The candidates.
        begin: What to start from; by default the prior that comes with the program.
        held: How strongly coefficients are held where the prior has them.
        complete: The share of the words in question that a whole dictionary knows.
    """
    start = begin or prior()
    weights = np.r_[np.array(start.weights), np.zeros(len(BESIDE) + 1)]
    own = [each for each in lessons if each.described.found is asked.found]
    others = [each for each in lessons if each.described.found is not asked.found]
    if any(each.described.columns["compared"].any() for each in others):
        penalty = _penalty(start, FIXED)
        weights[-len(BESIDE) - 1 : -1] = _moved(others, start, weights, penalty)[-len(BESIDE) - 1 : -1]
    if own:
        missed = np.r_[np.log(max(complete / own[0].coverage, 1)), np.zeros(len(weights) - 1)]
        weights = _moved(own, start, weights + missed, _penalty(start, held)) - missed
    return Ensemble(start, weights, mean_reach(lessons, start.reach))


def _moved(lessons: Sequence[Examples], start: Prior, weights: Weights, penalty: Weights) -> Weights:
    """The weights that examples move others to; the examples of all lessons count as much as those of one."""
    table = np.concatenate([_columns(start, each.described)[each.rows] for each in lessons])
    truth = np.concatenate([each.truth for each in lessons]).astype(np.float64)
    return logistic_regression(table, truth, weights, penalty, importance=np.full(len(truth), 1 / len(lessons)))


def _penalty(start: Prior, held: float) -> Weights:
    """How strongly each of the weights is held."""
    counts = (1, len(start.weights) - 1, len(BESIDE), 1)
    return np.repeat(np.array([INTERCEPT_HELD, held, BESIDE_HELD, SURENESS_HELD]), counts)


def _columns(start: Prior, described: Described) -> Table:
    """What the prior looks at, what it does not, and what it makes of a candidate (logarithm of odds)."""
    known = start.columns(described)
    return np.column_stack([known, described.table(BESIDE), known @ np.array(start.weights)])


def mean_reach(lessons: Sequence[Examples], otherwise: float) -> float:
    """The share of true pairs that are candidates, over all lessons that have enough of them to tell."""
    telling = [each for each in lessons if each.enough]
    if not telling:
        return otherwise
    return float(np.average([each.reach for each in telling], weights=[each.importance.sum() for each in telling]))
