"""The word vectors of one language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from isogloss.data.errors import VocabularyError, shown
from isogloss.data.tables import ROWS, html_table

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

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.row_of

    def __getitem__(self, word: str) -> Matrix:
        """The vector of ``word``, shape ``(d,)``.

        Raises:
            VocabularyError: ``word`` has no vector.
        """
        return np.asarray(self.matrix[self.row(word)])

    def __repr__(self) -> str:
        return f"<Vectors {self.language}: {len(self):,} words × {self.dimensions}>"

    def _repr_html_(self) -> str:
        rows = [(rank, word) for rank, word in enumerate(self.words[:ROWS], 1)]
        caption = f"{self.language} vectors: {len(self):,} words × {self.dimensions}"
        return html_table(caption, ("frequency rank", "word"), rows)

    @property
    def dimensions(self) -> int:
        """``d``, the length of each vector."""
        return int(self.matrix.shape[1])

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The row of each word; the row is also its frequency rank, counted from 0."""
        return {word: row for row, word in enumerate(self.words)}

    def row(self, word: str) -> int:
        """The row of one word.

        Raises:
            VocabularyError: ``word`` has no vector.
        """
        if word not in self.row_of:
            other = next((form for form in (word.lower(), word.capitalize()) if form in self.row_of), None)
            hint = f"; did you mean {other!r}?" if other else ""
            raise VocabularyError(f"{word!r} has no {self.language} vector{hint}")
        return self.row_of[word]

    def most_similar(self, word: str, k: int = 10) -> list[tuple[str, float]]:
        """The ``k`` words of the same language with the highest cosine to ``word``, and that cosine.

        Raises:
            VocabularyError: ``word`` has no vector.
        """
        row = self.row(word)
        cosines = self._unit @ self._unit[row]
        cosines[row] = -np.inf
        best = np.argsort(-cosines, kind="stable")[: min(k, len(self) - 1)]
        return [(self.words[index], float(cosines[index])) for index in best.tolist()]

    @cached_property
    def _unit(self) -> Matrix:
        """The vectors at unit length; zero vectors stay zero."""
        lengths = np.linalg.norm(self.matrix, axis=1, keepdims=True)
        return np.asarray(self.matrix / np.maximum(lengths, np.finfo(np.float32).tiny), np.float32)

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
        if count >= len(self):
            return self
        file = self.file and (None if self.file.phrases else replace(self.file, max_vocab=count))
        return replace(self, words=self.words[:count], matrix=self.matrix[:count], file=file)

    @property
    def location(self) -> Path | None:
        """The file the vectors were read from, if any."""
        return Path(self.file.path) if self.file else None
