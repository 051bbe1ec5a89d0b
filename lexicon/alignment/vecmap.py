"""The multi-step map: whitening, rotation, re-weighting, de-whitening."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.maps import Maps

Matrix64 = NDArray[np.float64]
FLOOR = 1e-3  # least standard deviation of a direction, as a share of the largest; round number, not tuned


def vecmap(x: Matrix, y: Matrix, *, weight: float = 0.5, floor: float = FLOOR) -> Maps:
    """Rotate in whitened spaces, weight each direction by its cross-correlation, undo the whitening.

    Follows the steps of Artetxe et al. (2018), "Generalizing and improving bilingual word embedding mappings with
    a multi-step framework of linear transformations".

    Args:
        x: Source vectors, shape ``(pairs, d)``.
        y: Target vectors, shape ``(pairs, d)``; row ``i`` translates row ``i`` of ``x``.
        weight: Both sides are multiplied by the correlation to this power.
        floor: Standard deviations below this share of the largest are raised to it, or few pairs would blow up
            directions they never saw.

    Raises:
        ValueError: The shapes differ, so the rows cannot be pairs.
    """
    if x.shape != y.shape:
        raise ValueError(f"x has shape {x.shape} but y has {y.shape}: one row per seed pair in both")
    whiten_x, colour_x = whitening(x, floor)
    whiten_y, colour_y = whitening(y, floor)
    u, correlation, vt = np.linalg.svd(whiten_x @ (x.T.astype(np.float64) @ y) @ whiten_y)
    v, strength = vt.T, correlation**weight
    source = (whiten_x @ u * strength) @ (u.T @ colour_x @ u)
    target = (whiten_y @ v * strength) @ (v.T @ colour_y @ v)
    return Maps(source.astype(np.float32), target.astype(np.float32))


def whitening(x: Matrix, floor: float = FLOOR) -> tuple[Matrix64, Matrix64]:
    """The symmetric matrix that makes the columns of ``x`` uncorrelated with equal length, and its inverse."""
    variance, basis = np.linalg.eigh(x.T.astype(np.float64) @ x)
    spread = np.sqrt(np.maximum(variance, variance[-1] * floor**2))
    return (basis / spread) @ basis.T, (basis * spread) @ basis.T
