from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.procrustes import orthogonal, procrustes


def vectors(random: np.random.Generator, n: int, d: int) -> Matrix:
    return unit(random.standard_normal((n, d)).astype(np.float32))


def rotation(random: np.random.Generator, d: int) -> Matrix:
    return np.asarray(np.linalg.qr(random.standard_normal((d, d)))[0], dtype=np.float32)


@given(seed=st.integers(0, 2**32 - 1), d=st.integers(1, 12))
def test_any_rotation_is_recovered_from_enough_pairs(seed: int, d: int) -> None:
    random = np.random.default_rng(seed)
    x, turn = vectors(random, 5 * d, d), rotation(random, d)
    np.testing.assert_allclose(procrustes(x, x @ turn).matrix, turn, atol=2e-3)


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 30), d=st.integers(1, 12))
def test_lengths_and_angles_are_kept_whatever_the_pairs(seed: int, n: int, d: int) -> None:
    random = np.random.default_rng(seed)
    matrix = procrustes(vectors(random, n, d), vectors(random, n, d)).matrix
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(d), atol=1e-5)


@given(seed=st.integers(0, 2**32 - 1))
def test_no_other_rotation_brings_the_pairs_closer(seed: int) -> None:
    random = np.random.default_rng(seed)
    x, y = vectors(random, 30, 6), vectors(random, 30, 6)
    least = np.linalg.norm(procrustes(x, y)(x) - y)
    assert all(np.linalg.norm(x @ rotation(random, 6) - y) >= least - 1e-4 for _ in range(10))


def test_the_target_stays_where_it_is() -> None:
    random = np.random.default_rng(0)
    x, y = vectors(random, 20, 5), vectors(random, 20, 5)
    maps = orthogonal(x, y)
    np.testing.assert_array_equal(maps.target, np.eye(5))
    np.testing.assert_array_equal(maps.source, procrustes(x, y).matrix)


def test_rows_that_cannot_be_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match=r"x has shape \(3, 2\) but y has \(4, 2\)"):
        procrustes(np.ones((3, 2), np.float32), np.ones((4, 2), np.float32))
