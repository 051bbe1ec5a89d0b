"""A graph as a matrix, for scipy and torch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isogloss.data.dictionary import Origin
from isogloss.data.extras import naming_extras
from isogloss.kg.query.neighborhoods import Terms
from isogloss.kg.storage.judgements import among, rejected
from isogloss.kg.storage.schema import BLOCK, CONCEPT_EDGE, TRANSLATION
from isogloss.kg.storage.store import Store

if TYPE_CHECKING:
    import torch

_EDGES = "SELECT src, dst, source, weight FROM edge WHERE relation = ?"
_CONCEPT_EDGES = f"SELECT src, dst, source, weight FROM {CONCEPT_EDGE}"


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Words and the weights of the edges between them.

    ``matrix`` is a ``scipy.sparse.csr_array`` of shape ``(n, n)``, float64: row ``i``, column ``j`` is how sure the
    edge from ``words[i]`` to ``words[j]`` is, all sources together; a word is a language and how it is written.
    """

    words: tuple[tuple[str, str], ...]
    matrix: Any

    @naming_extras("Adjacency.to_torch")
    def to_torch(self) -> torch.Tensor:
        """The matrix as a sparse tensor of torch, in coordinates, float64."""
        import torch

        edges = self.matrix.tocoo()
        places = torch.from_numpy(np.stack([edges.row, edges.col]).astype(np.int64))  # noqa: TID251
        values = torch.from_numpy(edges.data)  # noqa: TID251
        return torch.sparse_coo_tensor(places, values, edges.shape, is_coalesced=True, check_invariants=True)


def adjacency(
    store: Store, relation: int, languages: Collection[int] | None, codes: Mapping[int, str], terms: Terms
) -> Adjacency:
    """The matrix of a relation between the words of some languages, or of all; words without an edge are left out."""
    from scipy import sparse

    parts = [np.array(rows, dtype=np.float64) for rows in store.stream(_EDGES, (relation,), size=100_000)]
    if terms.concepts and relation == TRANSLATION:
        parts += [np.array(rows, dtype=np.float64) for rows in store.stream(_CONCEPT_EDGES, size=100_000)]
    columns = np.concatenate(parts) if parts else np.empty((0, 4))
    ends, sources = columns[:, :2].astype(np.int64), columns[:, 2].astype(np.int64)  # below 2^53, so nothing is lost
    usable = np.ones(len(ends), dtype=bool) if terms.allowed is None else np.isin(sources, list(terms.allowed))
    usable &= ~among(rejected(store, terms.records), ends[:, 0], ends[:, 1])
    if languages is not None:
        usable &= np.isin(ends // BLOCK, list(languages)).all(axis=1)
    ends, sources, weight = ends[usable], sources[usable], columns[usable, 3]
    entries, places = np.unique(ends, return_inverse=True)
    pairs = places.reshape(-1, 2)
    row, column, strengths = _fused(pairs, len(entries), sources, weight, terms.sources)
    matrix = sparse.csr_array((strengths, (row, column)), shape=(len(entries), len(entries)))
    lemmas = dict(store.in_chunks("SELECT id, lemma FROM entry WHERE id IN ({keys})", entries.tolist()))
    return Adjacency(tuple((codes[entry // BLOCK], lemmas[entry]) for entry in entries.tolist()), matrix)


def _fused(
    pairs: NDArray[np.int64],
    size: int,
    sources_of_edges: NDArray[np.int64],
    weight: NDArray[np.float64],
    sources: dict[int, Origin],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Row, column and noisy-or of each edge; sources of one name count once, by the strongest."""
    names = {name: number for number, name in enumerate(sorted({origin.name for origin in sources.values()}))}
    size_of_table = max(sources, default=0) + 1
    group, quality = np.zeros(size_of_table, dtype=np.int64), np.ones(size_of_table)
    for number, origin in sources.items():
        group[number], quality[number] = names[origin.name], origin.quality
    key = pairs[:, 0] * size + pairs[:, 1]
    order = np.lexsort((group[sources_of_edges], key))
    key, groups, strength = key[order], group[sources_of_edges][order], (weight * quality[sources_of_edges])[order]
    if not len(key):
        return key, key, strength
    first = np.flatnonzero(np.r_[True, (key[1:] != key[:-1]) | (groups[1:] != groups[:-1])])
    strongest, key = np.maximum.reduceat(strength, first), key[first]
    first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    strengths = 1.0 - np.multiply.reduceat(1.0 - strongest, first)
    key = key[first]
    return key // size, key % size, strengths
