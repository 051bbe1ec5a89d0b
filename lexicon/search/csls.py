"""CSLS retrieval: cosine minus the mean similarity of both words to their nearest neighbors (Lample et al., 2018)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from isogloss.data.compute import DEFAULT, Compute
from isogloss.data.numerics.csls import NEIGHBORS, csls, neighbor_density
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.index import Cutoffs, FaissIndex, Index, Neighbors, Retrieval, Rows

if TYPE_CHECKING:  # it brings torch
    from isogloss.lexicon.search.blocks import Blocks

Search = Literal["auto", "exact", "approximate", "faiss"]
EXACT_UP_TO = 100_000  # words a side; ``auto`` is approximate above; round number, not tuned
FLAT_PRODUCTS = 12_000**2  # up to which FAISS costs ``auto`` less than a pass of our own (docs/speed.md); round number


def density(x: Matrix, index: Index, *, neighbors: int = NEIGHBORS) -> Matrix:
    """The mean cosine of each row of ``x`` to its nearest vectors in ``index``, shape ``(n,)``."""
    return neighbor_density(index.search(x, neighbors).scores, neighbors)


def retrieve(
    x: Matrix,
    y: Matrix,
    k: int = 10,
    *,
    k_backward: int | None = None,
    search: Search = "exact",
    blocks: Blocks | None = None,
    compute: Compute = DEFAULT,
) -> Retrieval:
    """The ``k`` best translations of every row, in both directions, by CSLS.

    Args:
        x: Source vectors in the shared space, shape ``(n, d)``, unit length.
        y: Target vectors in the shared space, shape ``(m, d)``, unit length.
        k: Translations for each word.
        k_backward: Translations for each word of the target side, where these are to be fewer.
        search: ``exact`` compares every pair. ``approximate`` does so in 8 bits where that is fastest, and again in
            float32 what looks good; ``lexicon.search.agreement`` measures what that changes. ``faiss`` re-scores the
            nearest of an inverted file. ``auto`` is what costs least at the size: exact, from 4,096 to 12,000 words a
            side the nearest of a flat index of FAISS, re-scored, and approximate above 100,000.
        blocks: Blocks of source words that other processes may compute; the search is exact then.
        compute: Where the exact products are computed, and what watches them.
    """
    cutoffs, device = Cutoffs(k, k_backward), compute.device
    if blocks is not None and blocks.count > 1:
        from isogloss.lexicon.search.blocks import in_blocks
        from isogloss.lexicon.search.low_precision import fast_precision

        return in_blocks(x, y, cutoffs, blocks, precision=fast_precision(device), compute=compute)
    if search == "faiss" or (search == "auto" and _flat(x, y, device)):
        kind = None if search == "faiss" else "Flat"
        return retrieve_with_faiss(x, y, cutoffs, kind)
    from isogloss.lexicon.search.in_memory import PRODUCTS, full_product
    from isogloss.lexicon.search.low_precision import fast_precision, fastest_precision
    from isogloss.lexicon.search.symmetric import symmetric

    if device == "cpu" and len(x) * len(y) <= PRODUCTS and not approximates(search, x, y):
        return full_product(x, y, cutoffs)
    precision = fastest_precision(device) if approximates(search, x, y) else fast_precision(device)
    return symmetric(x, y, cutoffs, precision=precision, compute=compute)


def approximates(search: Search, x: Matrix, y: Matrix) -> bool:
    """Whether ``search`` may miss some translations between ``x`` and ``y``, other than last ones of a list."""
    return search in ("approximate", "faiss") or (search == "auto" and max(len(x), len(y)) > EXACT_UP_TO)


def _flat(x: Matrix, y: Matrix, device: str) -> bool:
    from isogloss.lexicon.search.in_memory import PRODUCTS

    return device == "cpu" and PRODUCTS < len(x) * len(y) <= FLAT_PRODUCTS


def retrieve_with_faiss(x: Matrix, y: Matrix, cutoffs: Cutoffs, kind: str | None = None) -> Retrieval:
    """As ``retrieve``, by an index of FAISS of some ``kind`` whose nearest by cosine are put in the order of CSLS."""
    forward = FaissIndex(y, kind).search(x, min(_wide(cutoffs.k), len(y)))
    backward = FaissIndex(x, kind).search(y, min(_wide(cutoffs.backward), len(x)))
    source_density, target_density = (
        neighbor_density(nearest.scores[:, : cutoffs.neighbors], cutoffs.neighbors) for nearest in (forward, backward)
    )
    return Retrieval(
        _reordered(forward, source_density, target_density, cutoffs.k),
        _reordered(backward, target_density, source_density, cutoffs.backward),
        source_density,
        target_density,
    )


def _wide(k: int) -> int:
    """Nearest words by cosine that CSLS reorders; the winner is nearly always among them."""
    return max(5 * k, 50)


def _reordered(nearest: Neighbors, query_density: Matrix, target_density: Matrix, k: int) -> Neighbors:
    by_csls = csls(nearest.scores, query_density[:, None], target_density[nearest.rows])
    scores = np.where(nearest.rows < 0, -np.inf, by_csls)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return Neighbors(
        np.take_along_axis(nearest.rows, order, axis=1), np.take_along_axis(scores, order, axis=1).astype(np.float32)
    )


def rank_of(rows: Rows, wanted: Rows) -> NDArray[np.int64]:
    """The 1-based place of ``wanted[i]`` in ``rows[i]``, shape ``(n,)``; 0 where it is not among them."""
    hit = rows == wanted[:, None]
    return np.where(hit.any(axis=1), hit.argmax(axis=1) + 1, 0)
