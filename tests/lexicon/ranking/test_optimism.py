"""How much too sure the last fit is of pairs that it found itself."""

from __future__ import annotations

import numpy as np
import pytest

from isogloss.lexicon.ranking.optimism import less_optimistic, optimism
from tests.lexicon.ranking.sure import sure_of

ROWS = np.array([[5, 6], [5, 7], [8, 9]])
FITTED = np.array([[0.9, 0.3], [0.2, 0.8], [0.4, 0.1]], np.float32)  # by the last fit


def lowered(held_out: list[list[float]], rows: list[list[int]], words: list[int]) -> list[list[float]]:
    candidates, ranker = sure_of(held_out, rows, words)
    listed: list[list[float]] = less_optimistic(FITTED, optimism(ROWS, FITTED, candidates, ranker)).tolist()
    return listed


def test_the_first_candidate_is_as_probable_as_without_its_pair() -> None:
    found = lowered([[0.1, 0.6], [0.7, 0.3]], [[6, 5], [7, 5]], [0, 1])
    assert found[0][0] == pytest.approx(0.6, abs=1e-4)
    assert found[1][1] == pytest.approx(0.7, abs=1e-4)


def test_the_others_lose_as_much_and_the_order_stays() -> None:
    (first, second), *_ = lowered([[0.6, 0.1]], [[5, 6]], [0])
    assert second < 0.3 < first
    odds = [value / (1 - value) for value in (first, second, 0.9, 0.3)]
    assert odds[0] / odds[1] == pytest.approx(odds[2] / odds[3], rel=1e-3)


def test_words_that_are_not_among_them_stay() -> None:
    _, second, third = lowered([[0.6, 0.1]], [[5, 6]], [0])
    assert second == pytest.approx(FITTED[1].tolist())
    assert third == pytest.approx(FITTED[2].tolist())


def test_no_word_becomes_surer() -> None:
    assert lowered([[0.99, 0.5]], [[5, 6]], [0])[0] == pytest.approx(FITTED[0].tolist())


def test_what_no_other_fit_has_as_a_candidate_is_hardly_probable() -> None:
    assert lowered([[0.9, 0.8]], [[1, 2]], [0])[0][0] < 1e-4


def test_a_probability_that_was_rounded_to_one_falls_as_well() -> None:
    candidates, ranker = sure_of([[0.6]], [[5]], [0])
    fitted = np.ones((1, 1), np.float32)
    too_sure = optimism(np.array([[5]]), fitted, candidates, ranker)
    assert less_optimistic(fitted, too_sure) == pytest.approx(0.6, abs=1e-3)
    assert less_optimistic(fitted, 0 * too_sure) == 1
