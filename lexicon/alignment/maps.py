"""The linear maps that carry two languages into one space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.kernel_correction import Correction
from isogloss.lexicon.alignment.normalisation import Normalisation
from isogloss.lexicon.alignment.seeds import Seeds


@dataclass(frozen=True, eq=False)
class Maps:
    """``source`` and ``target``, both shape ``(d, shared)``: row vectors are multiplied from the left."""

    source: Matrix
    target: Matrix


class Aligner(Protocol):
    """Learns maps from translation pairs."""

    def __call__(self, x: Matrix, y: Matrix) -> Maps:
        """The maps fitted to ``x`` and ``y``, shape ``(pairs, d)``, where row ``i`` translates row ``i``."""
        ...


class Tuner(Protocol):
    """Fine-tunes the maps of an ``Aligner`` with all words of both languages at hand."""

    def __call__(self, x: Matrix, y: Matrix, pairs: Seeds, maps: Maps) -> Maps:
        """Better maps than ``maps`` for the languages ``x``, shape ``(n, d)``, and ``y``, shape ``(m, d)``."""
        ...


@dataclass(frozen=True, eq=False)
class Side:
    """What brings one language into the shared space: normalisation, linear map, unit length."""

    normalisation: Normalisation
    map: Matrix

    def __call__(self, x: Matrix) -> Matrix:
        """Raw vectors ``x``, shape ``(n, d)``, in the shared space, shape ``(n, shared)``, unit length."""
        return unit(self.normalisation(x) @ self.map)


@dataclass(frozen=True, eq=False)
class Alignment:
    """What brings both languages into the shared space, where a cosine compares words across them.

    ``source_correction`` moves mapped source vectors towards their translations and ``target_correction`` mapped target
    vectors towards theirs; ``None`` where the maps are linear only.
    """

    source: Side
    target: Side
    source_correction: Correction | None = None
    target_correction: Correction | None = None

    def reversed(self) -> Alignment:
        """The same from target to source."""
        return Alignment(self.target, self.source, self.target_correction, self.source_correction)


class MappedRows:
    """The vectors of a language in the shared space, each made when it is asked for: a few words cost only these."""

    def __init__(self, raw: Matrix, side: Side, correction: Correction | None = None) -> None:
        self._raw, self._side, self._correction = raw, side, correction

    def __len__(self) -> int:
        return len(self._raw)

    def __getitem__(self, rows: NDArray[np.int64]) -> Matrix:
        """The vectors at ``rows``, of any shape; that of the result has the dimension of the space in addition."""
        distinct, place = np.unique(rows, return_inverse=True)
        vectors = self._side(np.asarray(self._raw[distinct], dtype=np.float32))
        if self._correction is not None:
            vectors = self._correction(vectors)
        return vectors[place.reshape(rows.shape)]


def identity(d: int) -> Matrix:
    """The map that changes nothing, shape ``(d, d)``."""
    return np.eye(d, dtype=np.float32)
