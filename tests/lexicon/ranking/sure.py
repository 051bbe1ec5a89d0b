"""Candidates of given probabilities, with a ranker that says these."""

from __future__ import annotations

import numpy as np

from isogloss.lexicon.ranking.candidates import Candidates
from isogloss.lexicon.ranking.features import FEATURES
from isogloss.lexicon.ranking.ranker import Ranker

COLUMN = FEATURES.index("csls")


def sure_of(chances: list[list[float]], rows: list[list[int]], words: list[int]) -> tuple[Candidates, Ranker]:
    """Candidates with these probabilities, and a ranker that reads them off the first feature."""
    probability = np.array(chances, np.float32)
    features = np.zeros((*probability.shape, len(FEATURES)), np.float32)
    features[..., COLUMN] = np.log(probability / (1 - probability))
    # gelu(gelu(l + 20)) - 20 is l for any l above -15, so the network passes the logit on.
    one = np.ones((1, 1), np.float32)
    weights = {
        "first.weight": one,
        "first.bias": np.full(1, 20, np.float32),
        "second.weight": one,
        "second.bias": np.zeros(1, np.float32),
        "last.weight": one,
        "last.bias": np.full(1, -20, np.float32),
    }
    ranker = Ranker(("csls",), True, weights, np.zeros(1, np.float32), np.ones(1, np.float32))
    return Candidates(np.array(words), np.array(rows), features), ranker
