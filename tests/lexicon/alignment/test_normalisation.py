from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.normalisation import iterative_normalisation


def spread(seed: int, n: int = 80, d: int = 8) -> Matrix:
    random = np.random.default_rng(seed)
    return (random.standard_normal((n, d)) * random.uniform(0.1, 3, d) + random.standard_normal(d)).astype(np.float32)


def test_rows_get_length_one_and_a_row_of_zeros_stays() -> None:
    assert unit(np.array([[3, 4], [0, 0]], np.float32)).tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0]]


@given(seed=st.integers(0, 2**32 - 1), rounds=st.integers(0, 5))
def test_rows_end_at_unit_length(seed: int, rounds: int) -> None:
    x = spread(seed)
    normalised = iterative_normalisation(x, rounds=rounds)(x)
    np.testing.assert_allclose(np.linalg.norm(normalised, axis=1), 1, atol=1e-5)
    assert normalised.dtype == np.float32


@given(seed=st.integers(0, 2**32 - 1), row=st.integers(0, 79))
def test_a_word_alone_is_treated_as_among_the_others(seed: int, row: int) -> None:
    x = spread(seed)
    normalise = iterative_normalisation(x)
    np.testing.assert_allclose(normalise(x[row : row + 1])[0], normalise(x)[row], atol=1e-5)


def test_five_rounds_bring_the_mean_of_real_vectors_closer_to_zero_than_one_does(english: Vectors) -> None:
    means = [
        float(np.linalg.norm(iterative_normalisation(english.matrix, rounds=rounds)(english.matrix).mean(axis=0)))
        for rounds in (0, 1, 5)
    ]
    assert means[0] > 10 * means[1] > 100 * means[2]
