"""What turns texts into vectors: the seam where static vectors, a network in context or another modality plug in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from isogloss.data.vectors import Matrix

Item = TypeVar("Item", contravariant=True)


class Encoder(Protocol[Item]):
    """A vector for each text, or image, or sound.

    The encoders of several languages belong together when translations get similar vectors; what learns from them
    never asks which language a vector is from.
    """

    @property
    def dimensions(self) -> int:
        """``d``, the length of each vector."""
        ...

    def encode(self, items: Sequence[Item]) -> Matrix:
        """The vectors of ``items``, shape ``(len(items), d)``, unit length; a row of zeros where nothing is known."""
        ...
