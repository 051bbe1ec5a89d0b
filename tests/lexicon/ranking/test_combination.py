"""A second source of evidence is weighed by held-out words, or by those of them that are of the kind that counts."""

import numpy as np

from isogloss.lexicon.ranking.combination import gain, gain_elsewhere


def test_a_source_that_knows_names_only_is_told_apart_by_the_words_that_decide() -> None:
    random = np.random.default_rng(0)
    words, candidates = 400, 10
    truth = np.zeros((words, candidates), bool)
    truth[np.arange(words), random.integers(candidates, size=words)] = True
    probability = np.clip(random.normal(0.1 + 0.3 * truth, 0.15), 0.01, 0.99).astype(np.float32)
    deciding = np.arange(words) < 40
    informed = (truth + random.normal(0, 0.3, truth.shape)).astype(np.float32)[..., None]
    of_names = np.where(deciding[:, None, None], random.normal(0, 1, informed.shape), informed).astype(np.float32)
    assert gain(probability, of_names, truth)["helps"]
    account = gain_elsewhere(probability, of_names, truth, deciding)
    assert not account["helps"]
    assert account["words"] == 40
    assert account["with"] < account["without"]
    everywhere = gain_elsewhere(probability, informed, truth, deciding)
    assert everywhere["helps"]
    assert everywhere["with"] > everywhere["without"]
