"""Vectors that were made elsewhere, by key: those of images or sounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix, Vectors


@dataclass(frozen=True)
class Table:
    """An encoder that looks vectors up, such as those of pictures by their file names."""

    vectors: Vectors

    @property
    def dimensions(self) -> int:
        """``d``, the length of each vector."""
        return self.vectors.dimensions

    def encode(self, items: Sequence[str]) -> Matrix:
        """The vectors of ``items``, shape ``(len(items), d)``, unit length; zeros where there is none."""
        made = np.zeros((len(items), self.dimensions), np.float32)
        for row, item in enumerate(items):
            if item in self.vectors:
                made[row] = self.vectors.matrix[self.vectors.row_of[item]]
        return unit(made)
