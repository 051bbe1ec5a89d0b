"""The rotation between two spaces that a seed dictionary implies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isogloss.data.numerics.procrustes import procrustes as orthogonal_map
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.maps import Maps, identity


@dataclass(frozen=True, eq=False)
class Rotation:
    """An orthogonal matrix, shape ``(d, d)``: turns a space without stretching it."""

    matrix: Matrix

    def __matmul__(self, other: Matrix) -> Matrix:
        return np.asarray(self.matrix @ other, dtype=np.float32)

    def __call__(self, x: Matrix) -> Matrix:
        """``x``, shape ``(n, d)``, turned."""
        return np.asarray(x @ self.matrix, dtype=np.float32)


def procrustes(x: Matrix, y: Matrix) -> Rotation:
    """The rotation that brings ``x`` closest to ``y`` (``data.numerics.procrustes``), in double precision.

    Args:
        x: Source vectors, shape ``(pairs, d)``, unit length.
        y: Target vectors, shape ``(pairs, d)``; row ``i`` translates row ``i`` of ``x``.

    Raises:
        ValueError: The shapes differ, so the rows cannot be pairs.
    """
    return Rotation(np.asarray(orthogonal_map(x.astype(np.float64), y), dtype=np.float32))


def orthogonal(x: Matrix, y: Matrix) -> Maps:
    """Procrustes as an ``Aligner``: the source is turned into the target's space."""
    return Maps(procrustes(x, y).matrix, identity(y.shape[1]))


def spectral(x: Matrix, y: Matrix, weights: Matrix, power: float) -> Maps:
    """Procrustes whose directions count for as much as the pairs support them.

    With ``u @ diag(s) @ vt`` the singular value decomposition of the weighted ``x.T @ y``, both languages are turned
    into its singular directions, each times ``(s / s[0]) ** power``. At 0 this is the rotation, and of ever fewer
    directions with a higher power; re-weighting by the square root is a step of Artetxe et al. (2018).

    Args:
        x: Source vectors, shape ``(pairs, d)``, unit length.
        y: Target vectors, shape ``(pairs, d)``; row ``i`` translates row ``i`` of ``x``.
        weights: How much each pair counts, shape ``(pairs,)``.
        power: Of the singular values.
    """
    if x.shape != y.shape:
        raise ValueError(f"x has shape {x.shape} but y has {y.shape}: one row per seed pair in both")
    u, s, vt = np.linalg.svd((x * weights[:, None]).T.astype(np.float64) @ y)
    strength = (s / max(s[0], 1e-12)) ** power
    return Maps((u * strength).astype(np.float32), (vt.T * strength).astype(np.float32))
