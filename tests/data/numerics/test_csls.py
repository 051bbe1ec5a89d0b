from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from isogloss.data.numerics.csls import csls, neighbor_density


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 8), m=st.integers(1, 30), k=st.integers(1, 12))
def test_a_density_is_the_mean_of_the_nearest(seed: int, n: int, m: int, k: int) -> None:
    cosine = np.random.default_rng(seed).uniform(-1, 1, (n, m))
    assert np.allclose(neighbor_density(cosine, k), -np.sort(-cosine, axis=1)[:, :k].mean(axis=1))


def test_a_neighbor_that_was_not_found_does_not_count() -> None:
    assert neighbor_density(np.array([[0.5, -np.inf, 0.25], [-np.inf] * 3]), 3).tolist() == [0.375, 0.0]


def test_a_word_that_is_near_to_everything_is_worth_less() -> None:
    cosine = np.array([[0.8, 0.7], [0.8, 0.1]])
    scores = csls(cosine, neighbor_density(cosine, 2)[:, None], neighbor_density(cosine.T, 2))
    assert scores[0, 0] < scores[1, 0]
