from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lexicon.ranking.sure import COLUMN, sure_of


def test_pairs_agree_where_each_is_the_others_surest() -> None:
    # Word 4 wants target 7, but word 9 is surer of it; word 4's second choice does not count.
    candidates, ranker = sure_of([[0.6, 0.55], [0.9, 0.2], [0.3, 0.1]], [[7, 8], [7, 5], [6, 2]], [4, 9, 2])
    agreed = candidates.mutual_pairs(ranker)
    assert list(zip(agreed.source.tolist(), agreed.target.tolist(), strict=True)) == [(9, 7)]


def test_a_pair_less_probable_than_asked_for_is_left_out() -> None:
    agreed, ranker = sure_of([[0.6], [0.8]], [[1], [2]], [0, 1])
    assert agreed.mutual_pairs(ranker, min_probability=0.7).source.tolist() == [1]
    assert agreed.mutual_pairs(ranker, min_probability=0.9).source.tolist() == []


@pytest.mark.parametrize(("fewest", "kept"), [(0, [1]), (1, [1]), (2, [1, 2]), (9, [0, 1, 2])])
def test_where_few_are_probable_the_surest_make_up_the_number(fewest: int, kept: list[int]) -> None:
    agreed, ranker = sure_of([[0.2], [0.8], [0.4]], [[1], [2], [3]], [0, 1, 2])
    assert agreed.mutual_pairs(ranker, min_probability=0.5, min_pairs=fewest).source.tolist() == kept


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 5))
def test_no_word_is_in_two_agreed_pairs(seed: int, words: int, k: int) -> None:
    random = np.random.default_rng(seed)
    rows = np.stack([random.permutation(8)[:k] for _ in range(words)])
    chances = random.uniform(0.05, 0.95, rows.shape)
    candidates, ranker = sure_of(chances.tolist(), rows.tolist(), list(range(words)))
    agreed = candidates.mutual_pairs(ranker, min_probability=0.0)
    assert len(set(agreed.source.tolist())) == len(agreed) == len(set(agreed.target.tolist()))
    assert len(agreed) >= 1  # the surest pair of all is mutual


def test_candidates_are_found_again_by_word() -> None:
    agreed, _ = sure_of([[0.6], [0.8], [0.4]], [[1], [2], [3]], [5, 0, 2])
    features = agreed.of_words(np.array([2, 5, 77]))
    assert features.words.tolist() == [2, 5]
    assert features.rows.tolist() == [[3], [1]]
    assert features.features[:, 0, COLUMN] == pytest.approx(agreed.features[[2, 0], 0, COLUMN])
