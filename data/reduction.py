"""Fewer dimensions by principal component analysis, so that vectors of two sizes can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from isogloss.data.vectors import Matrix, Subwords, Vectors


@dataclass(frozen=True, eq=False)
class ReducedSubwords:
    """Subwords whose vectors get the same projection."""

    subwords: Subwords
    mean: Matrix  # (d,)
    directions: Matrix  # (d, fewer)

    def vectors(self, words: Sequence[str]) -> Matrix:
        """The vectors of ``words``, shape ``(len(words), fewer)``; a row of zeros where no n-gram is known."""
        vectors = self.subwords.vectors(words)
        present = vectors.any(axis=1, keepdims=True)
        return np.asarray(np.where(present, (vectors - self.mean) @ self.directions, 0), np.float32)


def reduced(vectors: Vectors, dimensions: int) -> Vectors:
    """``vectors`` in the ``dimensions`` directions in which they vary most (PCA; Pearson, 1901); the file remembers it.

    Raises:
        ValueError: There are no more than ``dimensions``.
    """
    if not 0 < dimensions < vectors.dimensions:
        raise ValueError(f"{vectors.dimensions} dimensions cannot be reduced to {dimensions}")
    mean = vectors.matrix.mean(axis=0, dtype=np.float64)
    covariance = np.cov(vectors.matrix, rowvar=False, dtype=np.float64)
    directions = np.linalg.eigh(covariance)[1][:, ::-1][:, :dimensions]
    largest = np.abs(directions).argmax(axis=0)
    directions = directions * np.sign(directions[largest, np.arange(dimensions)])  # the same signs in every run
    centre, axes = mean.astype(np.float32), directions.astype(np.float32)
    return replace(
        vectors,
        matrix=np.asarray((vectors.matrix - centre) @ axes, np.float32),
        file=vectors.file and replace(vectors.file, reduced_to=dimensions),
        subwords=vectors.subwords and ReducedSubwords(vectors.subwords, centre, axes),
    )
