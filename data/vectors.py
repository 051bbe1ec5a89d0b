"""The word vectors of one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from isogloss.data.errors import VocabularyError, shown

Matrix = NDArray[np.float32]


class Subwords(Protocol):
    """Makes a vector for any word from its character n-grams (Bojanowski et al., 2017)."""

    def vectors(self, words: Sequence[str]) -> Matrix:
        """The vectors of ``words``, shape ``(len(words), d)``; a row of zeros where no n-gram is known."""
        ...


@dataclass(frozen=True)
class VectorFile:
    """Where vectors came from, so that a result can name its input and find it again."""

    path: str
    kind: str
    sha256: str
    max_vocab: int | None = None
    lowercase: bool = True
    words: str | None = None  # the word list given to a file that has none of its own
    phrases: tuple[str, ...] = ()  # terms of several words, composed and added at the end


@dataclass(frozen=True, eq=False)
class Vectors:
    """One language's words and their vectors, most frequent word first.

    Row ``i`` of ``matrix`` (shape ``(n, d)``, float32) is the vector of ``words[i]``; every word stands once.
    ``file`` names the input, ``warnings`` what reading it left to say, and ``subwords``, where the model has
    them, makes vectors for words outside the list.
    """

    language: str
    words: tuple[str, ...]
    matrix: Matrix
    file: VectorFile | None = None
    subwords: Subwords | None = None
    warnings: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or len(self.words) != len(self.matrix):
            raise ValueError(
                f"matrix has shape {self.matrix.shape} but there are {len(self.words)} words: one row per word"
            )

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.row_of

    def __repr__(self) -> str:
        return f"<Vectors {self.language}: {len(self):,} words × {self.dimensions}>"

    @property
    def dimensions(self) -> int:
        """``d``, the length of each vector."""
        return int(self.matrix.shape[1])

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The row of each word; the row is also its frequency rank, counted from 0."""
        return {word: row for row, word in enumerate(self.words)}

    def rows(self, words: Sequence[str]) -> Matrix:
        """The vectors of ``words``, shape ``(len(words), d)``, in their order.

        Raises:
            VocabularyError: Some of ``words`` have no vector.
        """
        return self.matrix[self.indices(words)]

    def indices(self, words: Sequence[str]) -> NDArray[np.int64]:
        """The row numbers of ``words``, in their order.

        Raises:
            VocabularyError: Some of ``words`` have no vector.
        """
        missing = [word for word in words if word not in self.row_of]
        if missing:
            raise VocabularyError(
                f"{len(missing)} of {len(words)} words have no {self.language} vector: {shown(missing)}. "
                "Keep the known ones with Dictionary.within(...) first."
            )
        return np.fromiter((self.row_of[word] for word in words), dtype=np.int64, count=len(words))

    def first(self, count: int) -> Vectors:
        """The ``count`` most frequent words only."""
        return replace(self, words=self.words[:count], matrix=self.matrix[:count])

    @property
    def location(self) -> Path | None:
        """The file the vectors were read from, if any."""
        return Path(self.file.path) if self.file else None
