"""Nearest neighbors across languages: the exact yardstick and the fast index tested against it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from isogloss.data.compute import as_tensor
from isogloss.data.numerics.csls import NEIGHBORS
from isogloss.data.threads import single_thread
from isogloss.data.vectors import Matrix

if TYPE_CHECKING:
    from isogloss.lexicon.search.tiles import Table

Rows = NDArray[np.int64]
FEW_QUERIES = 256  # up to which all products are computed without torch; round number, not tuned
PART = 64  # queries compared with all targets at a time; a size limit, round number
FAISS_QUERIES = 1_024  # that a worker searches at a time; round number, not tuned
CHECKED = 4  # times the answers that a compressed index compares again; round number, not tuned
LIST_SIZE = 40  # vectors of each list that FAISS asks for to train an inverted file


class Neighbors(NamedTuple):
    """The best ``k`` target rows of each query, best first."""

    rows: Rows  # (queries, k)
    scores: Matrix  # (queries, k), as the search defines them


@dataclass(frozen=True)
class Cutoffs:
    """How many translations a retrieval in both directions lists, and how many neighbors make a density.

    Attributes:
        k: Translations of each source word.
        k_backward: Translations of each target word, where these are to be fewer.
        neighbors: Nearest words whose mean cosine is a word's density.
    """

    k: int = 10
    k_backward: int | None = None
    neighbors: int = NEIGHBORS

    @property
    def backward(self) -> int:
        """Translations of each target word."""
        return self.k_backward or self.k


@dataclass(frozen=True, eq=False)
class Retrieval:
    """The best translations in both directions by CSLS.

    ``forward`` holds target rows for each source word, ``backward`` source rows for each target word; scores are
    CSLS. ``source_density`` and ``target_density`` are the mean cosines of each word to its nearest words of the
    other language, shapes ``(n,)`` and ``(m,)``. ``repeated`` source words were searched again, as their first
    candidates were not certain to hold the best.
    """

    forward: Neighbors
    backward: Neighbors
    source_density: Matrix
    target_density: Matrix
    repeated: int = 0

    def reversed(self) -> Retrieval:
        """The same, seen from the target language."""
        return Retrieval(self.backward, self.forward, self.target_density, self.source_density)

    def mutual(self) -> NDArray[np.int64]:
        """Pairs of rows that are each other's best translation, shape ``(pairs, 2)``, by source row."""
        forward, backward = self.forward.rows[:, 0], self.backward.rows[:, 0]
        sources = np.arange(len(forward))
        mutual = backward[forward] == sources
        return np.stack([sources[mutual], forward[mutual]], axis=1)


class Index(Protocol):
    """Anything that finds the nearest target vectors of a batch of queries."""

    def search(self, queries: Matrix, k: int) -> Neighbors:
        """The ``k`` targets with the highest cosine, for queries of shape ``(n, d)``, unit length."""
        ...


class ExactIndex:
    """All cosines, block by block: memory is set by the block and not by the vocabulary."""

    def __init__(self, targets: Matrix, *, device: str = "cpu") -> None:
        self._targets = np.ascontiguousarray(targets, dtype=np.float32)
        self._device = device

    @cached_property
    def _table(self) -> Table:

        from isogloss.lexicon.search.low_precision import fast_precision
        from isogloss.lexicon.search.tiles import Table

        return Table(as_tensor(self._targets).to(self._device), fast_precision(self._device))

    def search(self, queries: Matrix, k: int, *, penalty: Matrix | None = None) -> Neighbors:
        """The ``k`` best targets by ``cosine - penalty / 2``; ``penalty`` has shape ``(targets,)``."""
        queries, k = np.ascontiguousarray(queries, dtype=np.float32), min(k, len(self._targets))
        if 0 < len(queries) <= FEW_QUERIES and self._device == "cpu":
            parts = [self._few(queries[start : start + PART], k, penalty) for start in range(0, len(queries), PART)]
            return Neighbors(*map(np.concatenate, zip(*parts, strict=True)))
        import torch

        from isogloss.lexicon.search.nearest import nearest
        from isogloss.lexicon.search.workers import workers

        x = as_tensor(queries).to(self._device)
        half = None if penalty is None else as_tensor(penalty).to(x) / 2
        rows = torch.arange(len(x), device=x.device)
        with workers(self._device) as team:
            targets, scores = nearest(x, rows, self._table, k, team, penalty=half)
        return Neighbors(targets.cpu().numpy(), scores.cpu().numpy())

    def _few(self, queries: Matrix, k: int, penalty: Matrix | None) -> Neighbors:
        """As ``lexicon.search.nearest.nearest``, without torch: loading it takes longer than this."""
        scores = queries @ self._targets.T
        if penalty is not None:
            scores -= penalty / 2
        rows = np.argpartition(-scores, k - 1, axis=1)[:, :k]
        best = np.take_along_axis(scores, rows, axis=1)
        order = np.lexsort((rows, -best), axis=1)
        return Neighbors(np.take_along_axis(rows, order, axis=1), np.take_along_axis(best, order, axis=1))


class FaissIndex:
    """An index of FAISS (Douze et al., 2024), searched by all cores.

    ``kind`` is a description for ``faiss.index_factory``, such as ``Flat`` (exact), ``HNSW32`` or ``IVF1024,Flat``; by
    default an inverted file, and ``Flat`` where the words are too few to train one. ``probes`` are the lists that an
    inverted file searches. Where vectors are compressed and refined, ``CHECKED`` times as many are compared exactly.
    """

    def __init__(self, targets: Matrix, kind: str | None = None, *, probes: int = 32, seed: int = 0) -> None:
        import faiss

        targets = np.ascontiguousarray(targets, dtype=np.float32)
        self._index: faiss.Index = faiss.index_factory(
            targets.shape[1], kind or _inverted(len(targets)), faiss.METRIC_INNER_PRODUCT
        )
        lists = faiss.try_extract_index_ivf(self._index)
        if lists is not None:
            lists.cp.seed, lists.nprobe = seed, probes
        if isinstance(self._index, faiss.IndexRefine):
            self._index.k_factor = CHECKED
        with single_thread():  # sums repeat, whatever the number of cores
            self._index.train(targets)
        self._index.add(targets)

    def search(self, queries: Matrix, k: int) -> Neighbors:
        """The ``k`` nearest targets; where the probed lists hold fewer, the row is -1 and the score -inf."""
        from isogloss.lexicon.search.workers import workers

        queries = np.ascontiguousarray(queries, dtype=np.float32)
        parts = [queries[start : start + FAISS_QUERIES] for start in range(0, len(queries), FAISS_QUERIES)]
        with workers("cpu") as team:
            answers = team.map(lambda part: self._index.search(part, k), parts)
        scores, rows = (np.concatenate(column) for column in zip(*answers, strict=True))
        return Neighbors(rows, np.where(rows < 0, -np.inf, scores).astype(np.float32))


def _inverted(targets: int) -> str:
    """An inverted file of ``4 √n`` lists, or all in one where these would be too few to train it."""
    lists = round(4 * targets**0.5)
    return "Flat" if targets < LIST_SIZE * lists else f"IVF{lists},Flat"
