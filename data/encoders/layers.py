"""Which layer and pooling of a network are best for words: those that translate most of the known pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol, runtime_checkable

import numpy as np

from isogloss.data.numerics.csls import csls, neighbor_density
from isogloss.data.numerics.normalisation import centred
from isogloss.data.vectors import Matrix

MIN_PAIRS, MAX_PAIRS = 100, 1_000  # pairs without which nothing is chosen, and that are enough; round numbers

Pooling = Literal["mean", "first"]


class Reading(NamedTuple):
    """What of the network's states becomes the vector of a text.

    Attributes:
        layer: 0 are the vectors of the subwords before any context; the last layer has the highest number.
        pooling: The mean over all subwords of the text, or the state at the first one, a mark such as ``[CLS]``.
    """

    layer: int
    pooling: Pooling = "mean"

    def __str__(self) -> str:
        return f"layer {self.layer}, {'mean' if self.pooling == 'mean' else 'first subword'}"


@runtime_checkable
class Layered(Protocol):
    """An encoder of texts that can be read at several layers, such as ``Transformer``."""

    @property
    def dimensions(self) -> int:
        """``d``, the length of each vector."""
        ...

    def encode(self, items: Sequence[str]) -> Matrix:
        """The vectors of texts, shape ``(len(items), d)``, unit length."""
        ...

    def readings(self) -> tuple[Reading, ...]:
        """All that there are; the first is that of an encoder for which nothing is chosen."""
        ...

    def read(self, items: Sequence[str], readings: Sequence[Reading]) -> list[Matrix]:
        """What each of some readings has of texts, shape ``(len(items), d)`` each."""
        ...

    def read_as(self, reading: Reading) -> Layered:
        """The same encoder with this reading."""
        ...


def best_reading(encoder: Layered, sources: Sequence[str], targets: Sequence[str]) -> Reading | None:
    """The reading with the best P@1 by CSLS in both directions; of equals the first of ``encoder.readings()``.

    Middle layers are often better for words than the last one (Vulić et al., 2020).

    Args:
        encoder: A network for both languages.
        sources: Texts of words, shape ``(n,)``; only the first ``MAX_PAIRS`` are read.
        targets: Their translations, shape ``(n,)``.

    Returns:
        ``None`` for fewer than ``MIN_PAIRS`` pairs, which choose by chance.
    """
    known = _one_to_one(sources, targets)[:MAX_PAIRS]
    if len(known) < MIN_PAIRS:
        return None
    readings = encoder.readings()
    sides = (encoder.read([pair[side] for pair in known], readings) for side in (0, 1))
    precision = [
        _precision(centred(x, rounds=1).vectors, centred(y, rounds=1).vectors) for x, y in zip(*sides, strict=True)
    ]
    return readings[int(np.argmax(precision))]


def _one_to_one(sources: Sequence[str], targets: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of which neither text is in an earlier one."""
    seen: tuple[set[str], set[str]] = set(), set()
    pairs = []
    for source, target in zip(sources, targets, strict=True):
        if source not in seen[0] and target not in seen[1]:
            pairs.append((source, target))
            seen[0].add(source)
            seen[1].add(target)
    return pairs


def _precision(x: Matrix, y: Matrix) -> float:
    """P@1 by CSLS of pairs of rows, the mean of both directions."""
    cosines = x @ y.T
    scores = csls(cosines, neighbor_density(cosines)[:, None], neighbor_density(cosines.T))
    right = np.arange(len(x))
    return float(np.mean([scores.argmax(axis=axis) == right for axis in (0, 1)]))
