from __future__ import annotations

import numpy as np

from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.presets import METHODS
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.validation import Validation
from isogloss.lexicon.self_learning.model_selection import Trial, best, trials


def validated(name: str, rounds: int, *ranks: int) -> Trial:
    return Trial(METHODS[name], rounds, Validation(np.array(ranks), 9.0, 1_000))


def test_the_trial_whose_held_out_words_stand_highest_is_chosen() -> None:
    compared = validated("procrustes", 0, 1, 5), validated("muse", 2, 1, 2), validated("vecmap", 0, 2, 2)
    assert best(compared) is compared[1]


def test_of_equals_the_simplest_is_chosen() -> None:
    compared = validated("muse", 0, 1, 2), validated("muse", 1, 1, 2)
    assert best(compared).rounds == 0


def test_every_trial_judges_every_seed_and_few_seeds_gain_from_the_pairs_they_lead_to() -> None:
    random = np.random.default_rng(4)
    x = unit(random.standard_normal((300, 30)).astype(np.float32))
    y = x @ np.linalg.qr(random.standard_normal((30, 30)))[0] + 0.1 * random.standard_normal((300, 30))
    words = tuple(f"word{number}" for number in range(300))
    space = Space.of(Vectors("en", words, x), Vectors("fr", words, unit(y.astype(np.float32))), 5)
    folds = tuple(Seeds(np.arange(40), np.arange(40)).folds(np.random.default_rng(0)))
    compared = trials(space, METHODS["muse"], folds, cut=300)
    assert [trial.rounds for trial in compared] == list(range(len(compared)))
    assert {trial.validation.words for trial in compared} == {40}
    assert best(compared).rounds > 0
    assert best(compared).validation.precision() > compared[0].validation.precision()
