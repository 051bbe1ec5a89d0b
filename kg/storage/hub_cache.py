"""A cache of the strongest edges of hubs, so that a pivot with 100,000 translations costs no more than one with 64."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from isogloss.kg.storage.fusion import SourceRecords, fuse
from isogloss.kg.storage.hubs import FANOUT
from isogloss.kg.storage.schema import BLOCK
from isogloss.kg.storage.store import Store

Numbers = NDArray[np.int64]


def find_hubs(store: Store, words: Collection[int] | None = None) -> None:
    """Cache the hubs among ``words``, or among all words; what was cached of them is made anew."""
    columns = "SELECT src, relation, dst, source, weight, rank, prior FROM edge"
    if words is None:
        store.run("DELETE FROM hub")
        edges = store.rows(
            f"{columns} WHERE src IN (SELECT src FROM edge "
            f"GROUP BY src HAVING count(*) > {FANOUT}) ORDER BY src, relation, dst"
        )
    else:
        for start in range(0, len(words), 500):
            chunk = list(words)[start : start + 500]
            store.run(f"DELETE FROM hub WHERE src IN ({', '.join('?' * len(chunk))})", chunk)
        busy = store.in_chunks(
            f"SELECT src FROM edge WHERE src IN ({{keys}}) GROUP BY src HAVING count(*) > {FANOUT}", sorted(words)
        )
        hubs = [row[0] for row in busy]
        edges = list(store.in_chunks(f"{columns} WHERE src IN ({{keys}}) ORDER BY src, relation, dst", hubs))
    if edges:
        src, relation, dst, *claims = (np.array(column) for column in zip(*edges, strict=True))
        cache_hubs(store, src, relation, dst, claims)


def cache_hubs(
    store: Store, src: Numbers, relation: Numbers, dst: Numbers, claims: Sequence[NDArray[np.generic]]
) -> None:
    """Cache the hubs among edges that are given by their columns, sorted by source word, relation and target.

    ``claims`` are the columns for source, weight, rank and prior.
    """
    if not len(src):
        return
    starts = _starts(src, relation, dst // BLOCK)
    ends = np.append(starts[1:], len(src))
    rows = []
    hubs = np.flatnonzero(ends - starts > FANOUT)
    records = SourceRecords.of(store)
    for start, end in zip(starts[hubs].tolist(), ends[hubs].tolist(), strict=True):
        columns = (column[start:end].tolist() for column in (src, dst, *claims))
        fused = fuse(zip(*columns, strict=True), records, int(relation[start]))
        if len(fused) > FANOUT:
            best = sorted((-sure, target) for (_, target), sure in fused.items())[:FANOUT]
            doubts, targets = (np.array(column) for column in zip(*best, strict=True))
            packed = targets.astype("<i8").tobytes() + (-doubts).astype("<f8").tobytes()
            rows.append((int(src[start]), int(relation[start]), int(dst[start]) // BLOCK, len(fused), packed))
    if rows:
        store.insert("hub", ("src", "relation", "language", "fanout", "best"), list(zip(*rows, strict=True)))


def _starts(*keys: Numbers) -> Numbers:
    """Where a new group of equal rows begins."""
    changes = np.zeros(len(keys[0]), dtype=bool)
    changes[0] = True
    for key in keys:
        changes[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changes)
