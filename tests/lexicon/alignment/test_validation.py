from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import AlignmentError
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.procrustes import orthogonal
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.validation import (
    CHANCE_RATE,
    Validation,
    gold_ranks,
    pooled,
    require_signal,
    separation,
    validate,
)
from isogloss.lexicon.self_learning.growth import SelfLearnedPairs, grow, random_start

PAIRS = Seeds(np.arange(60), np.arange(60))


def spaces(seed: int, noise: float) -> tuple[Matrix, Matrix]:
    """Target vectors that are the source's plus noise; with a lot of noise they share nothing."""
    random = np.random.default_rng(seed)
    x = random.standard_normal((200, 20))
    y = (x if noise < 10 else 0) + noise * random.standard_normal((200, 20))
    return unit(x.astype(np.float32)), unit(y.astype(np.float32))


@given(seed=st.integers(0, 2**32 - 1))
def test_true_pairs_stand_out_and_random_ones_do_not(seed: int) -> None:
    assert separation(*spaces(seed, 1.0), PAIRS) > 15
    assert abs(separation(*spaces(seed, 10.0), PAIRS)) < 6  # standard deviations


@given(seed=st.integers(0, 2**32 - 1))
def test_what_all_words_share_is_not_taken_for_a_finding(seed: int) -> None:
    x, y = spaces(seed, 10.0)
    shifted = y + 5 * x[0]
    assert separation(x, shifted, PAIRS) == pytest.approx(separation(x, y, PAIRS), abs=0.01)


def test_the_rank_is_that_of_the_best_gold_translation() -> None:
    x = np.eye(3, dtype=np.float32)
    y = unit(np.array([[1, 0.5, 0], [1, 0, 0], [0, 1, 0], [0, 0.2, 1]], np.float32))
    gold = Seeds(np.array([0, 1, 1, 2]), np.array([0, 0, 2, 1]))
    assert gold_ranks(x, y, np.zeros(4, np.float32), gold).tolist() == [2, 1, 2]
    density = np.array([0, 0.5, 0, 0], np.float32)  # the first word's nearest target is everybody's
    assert gold_ranks(x, y, density, gold).tolist() == [1, 1, 4]


def test_precision_and_reciprocal_rank_follow_from_the_ranks() -> None:
    validation = Validation(np.array([1, 2, 4, 20]), 9.0, 1_000)
    assert (validation.words, validation.precision(1), validation.precision(5)) == (4, 0.25, 0.75)
    assert validation.mean_reciprocal_rank == pytest.approx((1 + 1 / 2 + 1 / 4 + 1 / 20) / 4)


def test_folds_are_judged_together() -> None:
    together = pooled([Validation(np.array([1, 2]), 3.0, 90), Validation(np.array([3]), 5.0, 90)])
    assert (together.ranks.tolist(), together.targets) == ([1, 2, 3], 90)
    assert together.separation == pytest.approx(8 / 2**0.5)


def test_an_alignment_without_a_finding_is_refused_with_its_figures() -> None:
    random = validate(*spaces(0, 10.0), PAIRS)
    with pytest.raises(AlignmentError, match=r"en-fr: the alignment is near chance level .*on 60 held-out words"):
        require_signal(random, "en", "fr")
    require_signal(validate(*spaces(0, 1.0), PAIRS), "en", "fr")


@pytest.mark.parametrize(
    ("first", "words", "expected"), [(5, 10, True), (3, 10, False), (30, 1_000, True), (15, 1_000, False)]
)
def test_words_whose_translation_comes_first_are_a_finding_however_few_there_are(
    first: int, words: int, expected: bool
) -> None:
    validation = Validation(np.array([1] * first + [700] * (words - first)), 2.8, 4_000)
    with contextlib.nullcontext() if expected else pytest.raises(AlignmentError, match=r"z = \d\.\d on"):
        require_signal(validation, "en", "ja")


@pytest.mark.parametrize(
    ("words", "separation", "confirmed", "expected"),
    [(10, 2.3, True, True), (10, 2.3, False, False), (10, 1.5, True, False), (300, 2.3, True, False)],
)
def test_few_words_are_believed_where_self_learning_is_clear_by_itself(
    words: int, separation: float, confirmed: bool, expected: bool
) -> None:
    validation = Validation(np.full(words, 700), separation, 4_000)
    with contextlib.nullcontext() if expected else pytest.raises(AlignmentError, match="near chance level"):
        require_signal(validation, "en", "ja", confirmed=confirmed)


@pytest.mark.parametrize(
    ("near", "among", "confirmed", "expected"),
    [(3, 4_000, True, True), (2, 4_000, True, False), (4, 4_000, False, False), (3, 100, True, False)],
)
def test_a_few_translations_near_the_first_are_a_finding_unless_there_are_few_words_to_choose_from(
    near: int, among: int, confirmed: bool, expected: bool
) -> None:
    validation = Validation(np.array([7] * near + [90] * (10 - near)), 0.0, among)
    with contextlib.nullcontext() if expected else pytest.raises(AlignmentError, match="near chance level"):
        require_signal(validation, "en", "ja", confirmed=confirmed)


@pytest.mark.parametrize("seed", range(20))
def test_noise_is_no_finding_however_small_the_vocabulary(seed: int) -> None:
    with pytest.raises(AlignmentError):
        require_signal(validate(*spaces(seed, 100.0), PAIRS), "en", "fr")


@pytest.mark.parametrize("seed", range(3))
def test_words_paired_at_random_come_first_no_more_often_than_chance_allows(
    english: Vectors, french: Vectors, english_french: Dictionary, seed: int
) -> None:
    space = Space.of(english, french, 1)
    pairs = grow(space, SelfLearnedPairs.begun(random_start(space, seed=seed))).pairs
    x, y = space.mapped(orthogonal(space.x[pairs.source], space.y[pairs.target]))
    seeds = Seeds.of(english_french, english, french)
    ranks = validate(x, y, Seeds(seeds.source, np.random.default_rng(seed).permutation(seeds.target))).ranks
    assert len(ranks) > 200
    assert all((ranks <= k).mean() <= rate for k, rate in CHANCE_RATE.items())


def test_two_held_out_words_are_too_few_for_a_finding() -> None:
    with pytest.raises(AlignmentError):
        require_signal(validate(*spaces(0, 0.1), Seeds(np.arange(2), np.arange(2))), "en", "fr")
