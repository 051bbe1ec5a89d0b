"""Intervals of differences between methods that were asked the same words."""

from __future__ import annotations

import numpy as np
import pytest

from isogloss.data.numerics.bootstrap import paired_bootstrap


def test_a_difference_that_every_word_shows_has_no_width() -> None:
    interval = paired_bootstrap(np.ones(50), np.zeros(50), np.arange(50), np.random.default_rng(0))
    assert interval == (1.0, 1.0, 1.0)


def test_questions_about_the_same_word_are_no_more_words() -> None:
    random = np.random.default_rng(0)
    ours = (random.random(40) < 0.6).astype(np.float64)
    once = paired_bootstrap(ours, np.zeros(40), np.arange(40), np.random.default_rng(1))
    often = paired_bootstrap(np.tile(ours, 5), np.zeros(200), np.tile(np.arange(40), 5), np.random.default_rng(1))
    assert often == once


def test_strata_count_alike_however_many_questions_they_have() -> None:
    many, few = np.ones(900), np.zeros(100)
    strata = np.repeat([0, 1], [900, 100])
    ours, theirs = np.concatenate([many, few]), np.zeros(1000)
    words = np.arange(1000)
    assert paired_bootstrap(ours, theirs, words, np.random.default_rng(0)).mean == pytest.approx(0.9)
    interval = paired_bootstrap(ours, theirs, words, np.random.default_rng(0), strata=strata)
    assert interval == (0.5, 0.5, 0.5)


def test_the_same_number_of_a_word_in_two_strata_is_two_words() -> None:
    random = np.random.default_rng(0)
    ours, strata = random.random(200), np.repeat([0, 1], 100)
    again = paired_bootstrap(ours, np.zeros(200), np.tile(np.arange(100), 2), np.random.default_rng(2), strata=strata)
    apart = paired_bootstrap(ours, np.zeros(200), np.arange(200), np.random.default_rng(2), strata=strata)
    assert again == apart
