from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from isogloss.data.reduction import reduced
from isogloss.data.sample import sample_vectors
from isogloss.data.vectors import Matrix, Vectors


def test_the_directions_of_most_variance_are_kept() -> None:
    random = np.random.default_rng(0)
    hidden = random.standard_normal((500, 3)) * [5, 3, 2]
    matrix = (hidden @ random.standard_normal((3, 8)) + 7).astype(np.float32)
    few = reduced(Vectors("en", tuple(f"w{row}" for row in range(500)), matrix), 3)
    centred = matrix - matrix.mean(axis=0)
    assert few.dimensions == 3
    np.testing.assert_allclose(few.matrix @ few.matrix.T, centred @ centred.T, rtol=1e-3, atol=0.1)


def test_a_reduction_repeats_and_is_remembered() -> None:
    english = sample_vectors("en")
    few = reduced(english, 40)
    np.testing.assert_array_equal(few.matrix, reduced(english, 40).matrix)
    assert few.file is not None
    assert few.file.reduced_to == 40
    with pytest.raises(ValueError, match="100 dimensions cannot be reduced to 100"):
        reduced(english, 100)


class Doubled:
    def __init__(self, vectors: Vectors) -> None:
        self.known = vectors

    def vectors(self, words: Sequence[str]) -> Matrix:
        return np.stack([self.known[word] if word in self.known else np.zeros(100, np.float32) for word in words])


def test_subwords_get_the_same_projection() -> None:
    english = sample_vectors("en")
    few = reduced(Vectors("en", english.words, english.matrix, subwords=Doubled(english)), 40)
    assert few.subwords is not None
    made = few.subwords.vectors(["water", "zyzzyva"])
    np.testing.assert_allclose(made[0], few["water"], atol=1e-4)
    assert not made[1].any()
