"""How far an approximate retrieval agrees with the exact one, measured on some of its words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.index import Retrieval
from isogloss.lexicon.search.lazy import translate_rows


class Agreement(NamedTuple):
    """Shares of some words on which an approximate retrieval agrees with the exact one."""

    words: int  # source words looked at
    first: float  # with the same first translation
    pairs: int  # of these words that stand in exact mutual pairs
    mutual: float  # of these pairs that were found, too; 1 where there are none


def agreement(
    x: Matrix, y: Matrix, retrieval: Retrieval, *, words: int = 500, generator: np.random.Generator, device: str = "cpu"
) -> Agreement:
    """Compare ``retrieval`` with the exact translations of a random sample of source words.

    Args:
        x: Source vectors in the shared space, shape ``(n, d)``, unit length.
        y: Target vectors in the shared space, shape ``(m, d)``, unit length.
        retrieval: Approximate, between ``x`` and ``y``.
        words: Source words to look at.
        generator: Draws them.
        device: Where the exact products are computed.
    """
    rows = generator.choice(len(x), min(words, len(x)), replace=False)
    forward = translate_rows(x, y, rows, 1, device=device).rows[:, 0]
    backward = translate_rows(y, x, forward, 1, device=device).rows[:, 0]
    pairs = backward == rows
    same = retrieval.forward.rows[rows, 0] == forward
    agreeing = same & (retrieval.backward.rows[forward, 0] == rows)
    mutual = float(agreeing[pairs].mean()) if pairs.any() else 1.0
    return Agreement(len(rows), float(same.mean()), int(pairs.sum()), mutual)
