"""Vectors for retrieval tests, and the plain computation that all others must equal."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.index import Neighbors

CLOSE = 5e-6  # float32 against float64


class Plain(NamedTuple):
    """Densities and CSLS of all pairs, in double precision."""

    source_density: NDArray[np.float64]
    target_density: NDArray[np.float64]
    csls: NDArray[np.float64]


def plain(x: Matrix, y: Matrix, neighbors: int) -> Plain:
    """Every pair compared, every row sorted."""
    cosine = x.astype(np.float64) @ y.astype(np.float64).T
    source = -np.sort(-cosine, axis=1)[:, :neighbors].mean(axis=1)
    target = -np.sort(-cosine, axis=0)[:neighbors].mean(axis=0)
    return Plain(source, target, 2 * cosine - source[:, None] - target)


def clustered(
    count: int, dimensions: int, generator: np.random.Generator, *, twins: int = 0, zeros: int = 0, near: float = 0.5
) -> Matrix:
    """Unit vectors in a few clusters; ``twins`` of them equal the first and ``zeros`` of them are zero."""
    centres = generator.standard_normal((6, dimensions))
    vectors = near * centres[generator.integers(6, size=count)] + generator.standard_normal((count, dimensions))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[generator.integers(count, size=twins)] = vectors[0]
    vectors[generator.integers(count, size=zeros)] = 0
    return vectors.astype(np.float32)


def assert_best(retrieved: Neighbors, scores: NDArray[np.float64]) -> None:
    """``found`` holds the highest of ``scores`` in each row, best first; equal ones may stand for each other."""
    k = retrieved.rows.shape[1]
    np.testing.assert_allclose(retrieved.scores, -np.sort(-scores, axis=1)[:, :k], atol=CLOSE)
    np.testing.assert_allclose(retrieved.scores, np.take_along_axis(scores, retrieved.rows, axis=1), atol=CLOSE)
    assert all(len(set(row)) == k for row in retrieved.rows.tolist())
