"""Vectors made comparable before two languages are aligned: unit length, zero mean, both."""

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


def iterative_normalisation(x: Matrix, *, rounds: int = 5, frequent: int | None = None) -> Normalisation:
    """Alternate unit length and zero mean until both nearly hold (Zhang et al., 2019).

    ``rounds=0`` is unit length alone and ``rounds=1`` unit length, centring, unit length, the usual preparation
    for orthogonal maps (Xing et al., 2015; Artetxe et al., 2016).

    Args:
        x: Vectors, shape ``(n, d)``, most frequent word first.
        rounds: How many means are taken.
        frequent: Take them over this many first rows only, so that a long tail does not move the centre.
    """
    return Normalisation(centred(x[:frequent], rounds=rounds).means)
