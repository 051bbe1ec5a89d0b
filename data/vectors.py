"""The word vectors of one language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from isogloss.data.errors import VocabularyError, shown
from isogloss.data.tables import ROWS, html_table
from isogloss.data.words import as_capitals, cleaned, in_capitals, other_spellings

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
    reduced_to: int | None = None  # dimensions that are left after a principal component analysis

    def __post_init__(self) -> None:
        for name, kind in _KINDS.items():
            if not isinstance(value := getattr(self, name), kind) or (type(value) is int and value < 1):
                raise ValueError(f"{name} is {str(value)[:40]!r}")


_TEXTS, _COUNTS = dict.fromkeys(("path", "kind", "sha256"), str), dict.fromkeys(("max_vocab", "reduced_to"), int | None)
_KINDS = _TEXTS | _COUNTS | {"lowercase": bool, "words": str | None}


@dataclass(frozen=True, eq=False)
class Vectors:
    """One language's words and their vectors, most frequent word first.

    Row ``i`` of ``matrix`` (shape ``(n, d)``, float32) is the vector of ``words[i]``; every word stands once.
    ``words`` are keys (``data.words.cleaned``), ``spellings`` how each is mostly written, where that differs for any:
    *Berlin* for ``berlin``. A word is found however it is typed; capitals count where ``file`` was read so.
    ``file`` names the input, ``warnings`` what reading it left to say, and ``subwords``, where the model has
    them, makes vectors for words outside the list.
    """

    language: str
    words: tuple[str, ...]
    matrix: Matrix
    file: VectorFile | None = None
    subwords: Subwords | None = None
    warnings: tuple[str, ...] = field(default=(), repr=False)
    spellings: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or len(self.words) != len(self.matrix):
            raise ValueError(
                f"matrix has shape {self.matrix.shape} but there are {len(self.words)} words: one row per word"
            )
        if self.spellings and len(self.spellings) != len(self.words):
            raise ValueError(f"{len(self.spellings)} spellings but {len(self.words)} words: one for each")

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.find(word) >= 0

    def __getitem__(self, word: str) -> Matrix:
        """The vector of ``word``, shape ``(d,)``.

        Raises:
            VocabularyError: ``word`` has no vector.
        """
        return np.asarray(self.matrix[self.row(word)])

    def __repr__(self) -> str:
        return f"<Vectors {self.language}: {len(self):,} words × {self.dimensions}>"

    def _repr_html_(self) -> str:
        rows = [(rank, word) for rank, word in enumerate(self.written[:ROWS], 1)]
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

    @property
    def written(self) -> tuple[str, ...]:
        """Every word as it is mostly written in the file."""
        return self.spellings or self.words

    def find(self, word: str) -> int:
        """The row of ``word``, however it is typed; -1 where it has none."""
        rows = self.row_of
        if (row := rows.get(word, -1)) >= 0:
            return row
        if (row := rows.get(cleaned(word, self.language, lowercase=False), -1)) >= 0 or self._cased:
            return row
        rows, key = self._folded, cleaned(word, self.language)
        if (row := rows.get(key, -1)) >= 0:
            return row
        if (
            in_capitals(word, self.language)
            and (row := self._as_capitals.get(as_capitals(key, self.language), -1)) >= 0
        ):
            return row
        return next((rows[variant] for variant in other_spellings(key, self.language) if variant in rows), -1)

    def key(self, word: str) -> str | None:
        """The word of the table that ``word`` is, however it is typed; ``None`` where it has no vector."""
        row = self.find(word)
        return self.words[row] if row >= 0 else None

    @property
    def _cased(self) -> bool:
        """Whether capitals tell words apart; words that came from no file are also found without them."""
        return self.file is not None and not self.file.lowercase

    @cached_property
    def _folded(self) -> dict[str, int]:
        """The row of each word by its key in lower case; the most frequent where several share it."""
        if self.file is not None and self.file.lowercase:
            return self.row_of
        rows: dict[str, int] = {}
        for row, word in enumerate(self.words):
            rows.setdefault(cleaned(word, self.language), row)
        return rows

    @cached_property
    def _as_capitals(self) -> dict[str, int]:
        """The row of each word as capitals without accents have it; the most frequent where several are alike."""
        rows: dict[str, int] = {}
        for key, row in self._folded.items():
            rows.setdefault(as_capitals(key, self.language), row)
        return rows

    def row(self, word: str) -> int:
        """The row of one word.

        Raises:
            VocabularyError: ``word`` has no vector.
        """
        row = self.find(word)
        if row < 0:
            variant = next((form for form in (word.lower(), word.capitalize()) if form in self.row_of), None)
            hint = f"; did you mean {variant!r}?" if variant else ""
            raise VocabularyError(f"{word!r} has no {self.language} vector{hint}")
        return row

    def most_similar(self, word: str, k: int = 10) -> list[tuple[str, float]]:
        """The ``k`` words of the same language with the highest cosine to ``word``, and that cosine.

        Raises:
            VocabularyError: ``word`` has no vector.
        """
        row = self.row(word)
        cosines = self._unit @ self._unit[row]
        cosines[row] = -np.inf
        best = np.argsort(-cosines, kind="stable")[: min(k, len(self) - 1)]
        return [(self.written[index], float(cosines[index])) for index in best.tolist()]

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
        rows = np.fromiter(map(self.find, words), dtype=np.int64, count=len(words))
        if (rows < 0).any():
            missing = [words[place] for place in np.flatnonzero(rows < 0).tolist()]
            raise VocabularyError(
                f"{len(missing)} of {len(words)} words have no {self.language} vector: {shown(missing)}. "
                "Keep the known ones with Dictionary.within(...) first."
            )
        return rows

    def first(self, count: int) -> Vectors:
        """The ``count`` most frequent words only."""
        if count >= len(self):
            return self
        made = self.file and (self.file.phrases or self.file.reduced_to)  # from all words
        file = self.file and (None if made else replace(self.file, max_vocab=count))
        return replace(
            self, words=self.words[:count], matrix=self.matrix[:count], file=file, spellings=self.spellings[:count]
        )
