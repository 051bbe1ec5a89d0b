"""One module for each file format of word vectors.

Every module offers ``matches(path)``, a cheap look at the content, and ``read(path, max_vocab=…, progress=…,
words=…)``, which returns the file's words as they stand. Formats that are read from front to back (text, word2vec)
take a ``data.text.cleaning.Vocabulary`` instead, so that they can stop as soon as it is full.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from isogloss.data.progress import Progress
from isogloss.data.vectors import Matrix, Subwords


@dataclass(frozen=True, eq=False)
class RawVectors:
    """What a file holds, before lower-casing, de-duplication and the vocabulary cut.

    Row ``i`` of ``matrix`` (shape ``(n, d)``, float32) is the vector of ``words[i]``, in the order of the file.
    ``lines`` numbers the rows for messages, counted from 1, where rows have line numbers.
    """

    words: list[str]
    matrix: Matrix
    subwords: Subwords | None = None
    warnings: tuple[str, ...] = ()
    lines: NDArray[Any] | None = None


class VectorFormat(Protocol):
    """A module that reads one format as a whole."""

    def matches(self, path: Path) -> bool:
        """Whether the content of ``path`` looks like this format."""
        ...

    def read(self, path: Path, *, max_vocab: int | None, progress: Progress, words: Sequence[str] | None) -> RawVectors:
        """The vectors of ``path``.

        ``max_vocab`` is the number of words that will be kept in the end; a reader may return more rows, and must
        where words differ only in case. ``words`` names the rows of a file that has no words of its own.
        """
        ...
