"""Edges by their columns: sorted as they are clustered, merged, turned round, and placed in articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isogloss.kg.storage.schema import INVERSE

Numbers = NDArray[np.int64]
Weights = NDArray[np.float64]

EDGE = ("src", "relation", "dst", "source", "weight", "rank", "prior")
_AFTER, _LAST = 1 << 30, 1 << 31  # of ``_CLOSER``
# Of two ranks the one in an article on the word goes first, then the smaller one: 1, 2, …, -1, -2, …, 0.
_CLOSER = "CASE WHEN {0}.rank > 0 THEN {0}.rank WHEN {0}.rank < 0 THEN 1073741824 - {0}.rank ELSE 2147483648 END"
KEEP_BETTER = (
    "ON CONFLICT (src, relation, dst, source) DO UPDATE SET weight = "
    "CASE WHEN excluded.weight > edge.weight THEN excluded.weight ELSE edge.weight END, "
    f"rank = CASE WHEN {_CLOSER.format('excluded')} < {_CLOSER.format('edge')} THEN excluded.rank ELSE edge.rank END"
)


@dataclass(frozen=True)
class Edges:
    """Edges by their columns."""

    src: Numbers
    relation: Numbers
    dst: Numbers
    source: Numbers
    weight: Weights
    rank: Numbers  # of dst in the article on src; negative: of src in the article on dst

    def __len__(self) -> int:
        return len(self.src)

    @classmethod
    def joined(cls, parts: Sequence[Edges]) -> Edges:
        """All of several parts, as they are clustered, each edge once with its highest weight and its best rank."""
        src, relation, dst, source = (np.concatenate([getattr(part, name) for part in parts]) for name in EDGE[:4])
        weight, rank = (np.concatenate([getattr(part, name) for part in parts]) for name in EDGE[4:6])
        source_key, target_key = src << 8 | relation, dst << 22 | source  # two keys to sort by instead of four
        order = np.lexsort((target_key, source_key))
        source_key, target_key, weight, rank = source_key[order], target_key[order], weight[order], rank[order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (source_key[1:] != source_key[:-1]) | (target_key[1:] != target_key[:-1])
        if not first.all():
            starts = np.flatnonzero(first)
            weight = np.maximum.reduceat(weight, starts)
            closest = np.minimum.reduceat(np.where(rank > 0, rank, np.where(rank < 0, _AFTER - rank, _LAST)), starts)
            rank = np.where(closest < _AFTER, closest, np.where(closest < _LAST, _AFTER - closest, 0))
            source_key, target_key = source_key[first], target_key[first]
        return cls(source_key >> 8, source_key & 0xFF, target_key >> 22, target_key & 0x3FFFFF, weight, rank)

    def both_ways(self) -> Edges:
        """These edges and, from the other end, their inverses."""
        turned = np.array([INVERSE.get(number, 0) for number in range(max(INVERSE) + 1)])[self.relation]
        return Edges(
            np.concatenate([self.src, self.dst]),
            np.concatenate([self.relation, turned]),
            np.concatenate([self.dst, self.src]),
            np.tile(self.source, 2),
            np.tile(self.weight, 2),
            np.concatenate([self.rank, -self.rank]),
        )


def ranks(src: Numbers, dst: Numbers) -> Numbers:
    """The place of each pair in the article of its headword, from 1; negative where the headwords are the targets.

    Pairs stand in the order of their file, in which those of a headword lie together. So the side that changes less
    often has the headwords; of a list of single pairs that is the source.
    """
    turned = np.count_nonzero(dst[1:] != dst[:-1]) < np.count_nonzero(src[1:] != src[:-1])
    words = dst if turned else src
    order = np.argsort(words, kind="stable")
    first = np.flatnonzero(np.r_[True, words[order][1:] != words[order][:-1]])
    places = np.empty(len(words), dtype=np.int64)
    places[order] = np.arange(len(words)) - np.repeat(first, np.diff(np.r_[first, len(words)])) + 1
    return -places if turned else places
