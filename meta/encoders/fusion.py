"""Several modalities as one: vectors of a text, an image and a sound, each projected, joined to one vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from isogloss.data.encoders.encoder import Encoder
from isogloss.data.errors import VocabularyError
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix

Record = Mapping[str, Any]  # by modality: a text, an image, a sound; what is missing is left out


@dataclass(frozen=True, eq=False)
class Fusion:
    """An encoder of records: each modality by its own encoder, projected, all joined end to end.

    A modality that a record lacks is a block of zeros, and the others count for it. The projections are plain matrices,
    shape ``(dimensions of the encoder, size)``: at random they keep distances (Johnson and Lindenstrauss, 1984), and
    training may replace them.
    """

    encoders: Mapping[str, Encoder[Any]]
    projections: Mapping[str, Matrix]

    @classmethod
    def of(cls, encoders: Mapping[str, Encoder[Any]], size: int, generator: torch.Generator) -> Fusion:
        """Random projections of every modality to ``size`` numbers."""
        scale = size**-0.5
        made = {
            name: np.asarray(torch.randn(encoder.dimensions, size, generator=generator) * scale, dtype=np.float32)
            for name, encoder in encoders.items()
        }
        return cls(dict(encoders), made)

    @property
    def dimensions(self) -> int:
        """The sum of what the modalities are projected to."""
        return sum(matrix.shape[1] for matrix in self.projections.values())

    def encode(self, items: Sequence[Record]) -> Matrix:
        """The vectors of records, shape ``(len(items), dimensions)``, unit length.

        Raises:
            VocabularyError: A record has a modality for which there is no encoder.
        """
        check_modalities(self.encoders, items)
        blocks = [self._block(name, items) for name in self.encoders]
        return unit(np.concatenate(blocks, axis=1))

    def _block(self, name: str, items: Sequence[Record]) -> Matrix:
        made = np.zeros((len(items), self.projections[name].shape[1]), np.float32)
        rows = [row for row, item in enumerate(items) if name in item]
        if rows:
            made[rows] = unit(self.encoders[name].encode([items[row][name] for row in rows]) @ self.projections[name])
        return made


def check_modalities(encoders: Mapping[str, Encoder[Any]], records: Sequence[Record]) -> None:
    """Refuse records with a modality for which there is no encoder.

    Raises:
        VocabularyError: One has.
    """
    if unknown := sorted({name for record in records for name in record} - set(encoders)):
        names = ", ".join(encoders)
        raise VocabularyError(f"found {', '.join(unknown)} in a record, expected only {names}; add an encoder for it")
