"""A matrix that grows by rows, and a look at the words of the rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from isogloss.data.errors import FormatError
from isogloss.data.vectors import Matrix

INITIAL_ROWS = 10_000  # allocated where the number of rows is unknown; round number
MAX_INITIAL = 1 << 30  # numbers allocated at once, whatever a header says; round number


_PROBED = 100  # words; round number
_MANY = 3  # rows from which words that are numbers are none
_FRACTION = re.compile(r"[-+]?\d*\.\d+(?:e[-+]?\d+)?").fullmatch


def refuse_wordless(path: Path, words: Sequence[str]) -> None:
    """Refuse a table of numbers alone, of which the first would be taken for words.

    Raises:
        FormatError: All words are decimal fractions.
    """
    if len(words) >= _MANY and all(map(_FRACTION, words[:_PROBED])):
        expected = "a word first; where a file beside it has the words, save the rows as .npy and give it with --words"
        raise FormatError.at(path, 1, "rows of numbers without a word", expected)


class Stack:
    """Rows put below one another; room for those that are expected is taken once, so that they are copied once.

    Room that is never filled costs no memory: the system gives it out when it is first written to.
    """

    def __init__(self, dimensions: int, rows: int | None, max_rows: int | None) -> None:
        limits = [count for count in (rows, max_rows) if count is not None]
        room = min([*limits, max(1, MAX_INITIAL // dimensions)]) if limits else INITIAL_ROWS
        self._matrix: Matrix = np.empty((room, dimensions), np.float32)
        self._rows = 0

    @property
    def matrix(self) -> Matrix:
        """All rows so far."""
        return self._matrix[: self._rows]

    def append(self, rows: Matrix) -> None:
        """Put ``rows`` below the others."""
        end = self._rows + len(rows)
        if end > len(self._matrix):
            grown = np.empty((max(end, len(self._matrix) * 3 // 2), self._matrix.shape[1]), np.float32)
            grown[: self._rows] = self.matrix
            self._matrix = grown
        self._matrix[self._rows : end] = rows
        self._rows = end
