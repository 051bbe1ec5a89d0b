"""A matrix that grows by rows."""

from __future__ import annotations

import numpy as np

from isogloss.data.vectors import Matrix

INITIAL_ROWS = 10_000  # allocated where the number of rows is unknown; round number
MAX_INITIAL = 1 << 30  # numbers allocated at once, whatever a header says; round number


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
