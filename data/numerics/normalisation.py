"""Rows at unit length and about their mean: what vectors of two languages need before they are compared."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


class Centred(NamedTuple):
    """Vectors after unit length and zero mean in turns, and what was subtracted."""

    vectors: Matrix  # (n, d), unit length
    means: Matrix  # (rounds, d)


def unit(x: Matrix) -> Matrix:
    """``x`` with every row at length 1, shape ``(n, d)``; a row of zeros stays one."""
    lengths = np.linalg.norm(x, axis=1, keepdims=True)
    return np.asarray(x / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def centred(x: Matrix, *, rounds: int) -> Centred:
    """Alternate unit length and zero mean, ``rounds`` times, and end at unit length (Zhang et al., 2019).

    Args:
        x: Vectors, shape ``(n, d)``.
        rounds: How many means are subtracted.
    """
    vectors = unit(x)
    means = np.zeros((rounds, x.shape[1]), dtype=np.float32)
    for mean in means:
        mean[:] = vectors.mean(axis=0)
        vectors = unit(vectors - mean)
    return Centred(vectors, means)
