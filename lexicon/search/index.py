"""Nearest neighbours across languages: the exact yardstick and the fast index tested against it."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.low_precision import fast_precision
from isogloss.lexicon.search.nearest import nearest
from isogloss.lexicon.search.tiles import Table
from isogloss.lexicon.search.workers import workers

Rows = NDArray[np.int64]


class Neighbors(NamedTuple):
    """The best ``k`` target rows of each query, best first."""

    rows: Rows  # (queries, k)
    scores: Matrix  # (queries, k), as the search defines them


class Index(Protocol):
    """Anything that finds the nearest target vectors of a batch of queries."""

    def search(self, queries: Matrix, k: int) -> Neighbors:
        """The ``k`` targets with the highest cosine, for queries of shape ``(n, d)``, unit length."""
        ...


class ExactIndex:
    """All cosines, block by block: memory is set by the block and not by the vocabulary."""

    def __init__(self, targets: Matrix, *, device: str = "cpu", progress: Progress = silent) -> None:
        held = torch.from_numpy(np.ascontiguousarray(targets, dtype=np.float32)).to(device)
        self._table = Table(held, fast_precision(device))
        self._device, self._progress = device, progress

    def search(self, queries: Matrix, k: int, *, penalty: Matrix | None = None) -> Neighbors:
        """The ``k`` best targets by ``cosine - penalty / 2``; ``penalty`` has shape ``(targets,)``."""
        x = torch.from_numpy(np.ascontiguousarray(queries, dtype=np.float32)).to(self._device)
        half = None if penalty is None else torch.from_numpy(penalty).to(x) / 2
        rows = torch.arange(len(x), device=x.device)
        with workers(self._device) as team:
            targets, scores = nearest(
                x, rows, self._table, min(k, len(self._table)), team, penalty=half, progress=self._progress
            )
        return Neighbors(targets.cpu().numpy(), scores.cpu().numpy())


class FaissIndex:
    """FAISS: exact for small vocabularies, inverted lists (IVF) for large ones (Douze et al., 2024)."""

    def __init__(self, targets: Matrix, *, lists: int | None = None, probes: int = 32, seed: int = 0) -> None:
        import faiss

        d = targets.shape[1]
        lists = round(4 * len(targets) ** 0.5) if lists is None else lists
        targets = np.ascontiguousarray(targets, dtype=np.float32)
        flat = faiss.IndexFlatIP(d)
        if len(targets) < 40 * lists:  # too few to train the lists: FAISS asks for about 40 vectors each
            self._index: faiss.Index = flat
        else:
            inverted = faiss.IndexIVFFlat(flat, d, lists, faiss.METRIC_INNER_PRODUCT)
            inverted.cp.seed = seed
            inverted.nprobe = probes
            inverted.train(targets)
            self._index = inverted
        self._index.add(targets)

    def search(self, queries: Matrix, k: int) -> Neighbors:
        """The ``k`` nearest targets; where the probed lists hold fewer, the row is -1 and the score -inf."""
        scores, rows = self._index.search(np.ascontiguousarray(queries, dtype=np.float32), k)
        return Neighbors(rows, np.where(rows < 0, -np.inf, scores).astype(np.float32))
