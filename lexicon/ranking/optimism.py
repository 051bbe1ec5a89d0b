"""Optimism: how much surer a fit is of the pairs that it was fitted to itself than fits without them are.

The pairs of the last fit are for the most part pseudo-labels, of which each raises the features of its own words. The
difference to an error on held-out words is called optimism (Efron, 1983); here it is one of log-odds, word by word.
"""

from __future__ import annotations

import numpy as np

from isogloss.data.numerics.logistic_regression import CERTAIN, log_odds
from isogloss.data.vectors import Matrix
from isogloss.lexicon.ranking.candidates import Candidates
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.search.index import Rows


def optimism(rows: Rows, probability: Matrix, held_out: Candidates, ranker: Ranker) -> Matrix:
    """By how much the log-odds of each word's first candidate are higher than by a fit that did not have its pair.

    Args:
        rows: Target rows of the candidates of each source word by the last fit, shape ``(n, k)``.
        probability: Of these, by ``ranker``, shape ``(n, k)``.
        held_out: Candidates of the words whose pairs are pseudo-labels, from fits without these.
        ranker: That of the last fit.

    Returns:
        Shape ``(n,)``; 0 for all other words, and for those that the last fit is less sure of.
    """
    result = np.zeros(len(rows), np.float32)
    words = held_out.words
    if len(words) == 0:
        return result
    first = probability[words].argmax(axis=1) if ranker.reorder else np.zeros(len(words), np.int64)
    chosen = rows[words, first][:, None]
    without = np.where(held_out.rows == chosen, ranker(held_out.features), 0).max(axis=1)
    difference = log_odds(probability[words, first]) - log_odds(without)
    result[words] = np.maximum(difference, 0)
    return result


def less_optimistic(probability: Matrix, optimism: Matrix) -> Matrix:
    """Probabilities, shape ``(n, k)``, with log-odds lower by the ``optimism`` of each word, shape ``(n,)``."""
    factor = np.exp(optimism)[:, None]
    wrong = np.where(factor > 1, np.maximum(1 - probability, CERTAIN), 1 - probability)  # a sure 1 would stay 1
    return np.asarray(probability / (probability + factor * wrong), np.float32)
