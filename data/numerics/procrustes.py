"""Orthogonal Procrustes: the rotation that carries one set of vectors onto another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def procrustes(x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """The orthogonal ``w``, shape ``(d, d)``, that minimises ``‖x @ w - y‖`` (Frobenius).

    It is ``u @ vt``, where ``u @ diag(s) @ vt`` is the singular value decomposition of ``x.T @ y`` (Schönemann, 1966;
    for embeddings: Xing et al., 2015). Computed in the wider of both precisions.

    Args:
        x: Source vectors, shape ``(pairs, d)``.
        y: Target vectors, shape ``(pairs, d)``; row ``i`` translates row ``i`` of ``x``.

    Raises:
        ValueError: The shapes differ, so the rows cannot be pairs.
    """
    if x.shape != y.shape:
        raise ValueError(f"x has shape {x.shape} but y has {y.shape}: one row per seed pair in both")
    return nearest_orthogonal(x.T @ y)


def nearest_orthogonal(matrix: NDArray[Any]) -> NDArray[Any]:
    """The orthogonal matrix nearest to a square one: the orthogonal factor of its polar decomposition."""
    u, _, vt = np.linalg.svd(matrix)
    return np.asarray(u @ vt)
