from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.maps import Maps
from isogloss.lexicon.alignment.procrustes import orthogonal
from isogloss.lexicon.alignment.vecmap import vecmap


def hits(x: Matrix, y: Matrix, maps: Maps) -> float:
    """The share of rows whose nearest neighbor is their pair."""
    return float((np.argmax(unit(x @ maps.source) @ unit(y @ maps.target).T, axis=1) == np.arange(len(x))).mean())


@given(seed=st.integers(0, 2**32 - 1), d=st.integers(2, 10))
def test_a_space_and_its_rotated_copy_are_laid_over_each_other(seed: int, d: int) -> None:
    random = np.random.default_rng(seed)
    x = unit(random.standard_normal((10 * d, d)).astype(np.float32))
    y = (x @ np.linalg.qr(random.standard_normal((d, d)))[0]).astype(np.float32)
    maps = vecmap(x, y)
    assert (unit(x @ maps.source) * unit(y @ maps.target)).sum(axis=1).min() > 0.999


def test_a_noisy_stretched_space_is_matched_better_than_by_a_rotation() -> None:
    random = np.random.default_rng(3)
    x = random.standard_normal((600, 20)).astype(np.float32)
    stretched = x @ random.standard_normal((20, 20))
    y = (stretched + 2.5 * random.standard_normal((600, 20))).astype(np.float32)
    assert hits(x, y, vecmap(x[:300], y[:300])) > hits(x, y, orthogonal(x[:300], y[:300])) + 0.03


def test_directions_that_no_pair_shows_do_not_blow_up() -> None:
    random = np.random.default_rng(2)
    x, y = (unit(random.standard_normal((6, 40)).astype(np.float32)) for _ in range(2))
    maps = vecmap(x, y)
    other = unit(random.standard_normal((50, 40)).astype(np.float32))
    assert np.isfinite(maps.source).all()
    assert np.linalg.norm(other @ maps.source, axis=1).max() < 10


def test_rows_that_cannot_be_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="one row per seed pair"):
        vecmap(np.ones((3, 2), np.float32), np.ones((3, 1), np.float32))
