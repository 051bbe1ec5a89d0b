"""Normalisation of vectors before alignment: unit length and zero mean, iterated."""

from __future__ import annotations

from dataclasses import dataclass

from isogloss.data.numerics.normalisation import centred, unit
from isogloss.data.vectors import Matrix


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


def iterative_normalisation(x: Matrix, *, rounds: int = 5) -> Normalisation:
    """Alternate unit length and zero mean until both nearly hold (Zhang et al., 2019).

    ``rounds=0`` is unit length alone and ``rounds=1`` unit length, centring, unit length, the usual preparation
    for orthogonal maps (Xing et al., 2015; Artetxe et al., 2016).

    Args:
        x: Vectors, shape ``(n, d)``.
        rounds: How many means are taken.
    """
    return Normalisation(centred(x, rounds=rounds).means)
