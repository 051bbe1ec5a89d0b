"""Vectors made comparable before two languages are aligned: unit length, zero mean, both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isogloss.data.vectors import Matrix


def unit(x: Matrix) -> Matrix:
    """``x`` with every row at length 1, shape ``(n, d)``; a row of zeros stays one."""
    lengths = np.linalg.norm(x, axis=1, keepdims=True)
    return np.asarray(x / np.where(lengths > 0, lengths, 1), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Normalisation:
    """Unit length and zero mean, in turns; the means are kept so that a new word is treated like the old ones.

    ``means`` has shape ``(rounds, d)``: what was subtracted after each scaling to unit length.
    """

    means: Matrix

    def __call__(self, x: Matrix) -> Matrix:
        """``x``, shape ``(n, d)``, normalised; rows end at unit length."""
        result = unit(x)
        for mean in self.means:
            result = unit(result - mean)
        return result


def iterative_normalisation(x: Matrix, *, rounds: int = 5, frequent: int | None = None) -> Normalisation:
    """Alternate unit length and zero mean until both nearly hold (Zhang et al., 2019).

    ``rounds=0`` is unit length alone and ``rounds=1`` unit length, centring, unit length, the usual preparation
    for orthogonal maps (Xing et al., 2015; Artetxe et al., 2016).

    Args:
        x: Vectors, shape ``(n, d)``, most frequent word first.
        rounds: How many means are taken.
        frequent: Take them over this many first rows only, so that a long tail does not move the centre.
    """
    sample = unit(x[:frequent])
    means = np.zeros((rounds, x.shape[1]), dtype=np.float32)
    for mean in means:
        mean[:] = sample.mean(axis=0)
        sample = unit(sample - mean)
    return Normalisation(means)
