"""A cache of the strongest edges of hubs, so that a pivot with 100,000 translations costs no more than one with 64."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from isogloss.kg.storage.hubs import FANOUT
from isogloss.kg.storage.schema import BLOCK
from isogloss.kg.storage.store import Store

Numbers = NDArray[np.int64]
Weights = NDArray[np.float64]


def find_hubs(store: Store, words: Collection[int] | None = None) -> None:
    """Cache the hubs among ``words``, or among all words; what was cached of them is made anew."""
    if words is None:
        store.run("DELETE FROM hub")
        edges = store.rows(
            "SELECT src, relation, dst, source, weight FROM edge WHERE src IN (SELECT src FROM edge "
            f"GROUP BY src HAVING count(*) > {FANOUT}) ORDER BY src, relation, dst"
        )
    else:
        for start in range(0, len(words), 500):
            some = list(words)[start : start + 500]
            store.run(f"DELETE FROM hub WHERE src IN ({', '.join('?' * len(some))})", some)
        busy = store.in_chunks(
            f"SELECT src FROM edge WHERE src IN ({{keys}}) GROUP BY src HAVING count(*) > {FANOUT}", sorted(words)
        )
        edges = list(
            store.in_chunks(
                "SELECT src, relation, dst, source, weight FROM edge WHERE src IN ({keys}) ORDER BY src, relation, dst",
                [row[0] for row in busy],
            )
        )
    if edges:
        src, relation, dst, source, weight = (np.array(column) for column in zip(*edges, strict=True))
        cache_hubs(store, src, relation, dst, source, weight.astype(np.float64))


def cache_hubs(store: Store, src: Numbers, relation: Numbers, dst: Numbers, source: Numbers, weight: Weights) -> None:
    """Cache the hubs among edges that are given by their columns, sorted by source word, relation and target."""
    if not len(src):
        return
    starts = _starts(src, relation, dst // BLOCK)
    ends = np.append(starts[1:], len(src))
    rows = []
    hubs = np.flatnonzero(ends - starts > FANOUT)
    quality, name = _sources(store)
    for start, end in zip(starts[hubs].tolist(), ends[hubs].tolist(), strict=True):
        some = slice(start, end)
        targets, strengths = _fused(dst[some], name[source[some]], weight[some] * quality[source[some]])
        if len(targets) > FANOUT:
            best = np.lexsort((targets, -strengths))[:FANOUT]
            packed = targets[best].astype("<i8").tobytes() + strengths[best].astype("<f8").tobytes()
            rows.append((int(src[start]), int(relation[start]), int(dst[start]) // BLOCK, len(targets), packed))
    if rows:
        store.insert("hub", ("src", "relation", "language", "fanout", "best"), list(zip(*rows, strict=True)))


def _starts(*keys: Numbers) -> Numbers:
    """Where a new group of equal rows begins."""
    changes = np.zeros(len(keys[0]), dtype=bool)
    changes[0] = True
    for key in keys:
        changes[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changes)


def _fused(dst: Numbers, name: Numbers, strength: Weights) -> tuple[Numbers, Weights]:
    """The targets and, for each, the noisy-or of what its sources say, a source of one name counted once."""
    order = np.lexsort((name, dst))
    dst, name, strength = dst[order], name[order], strength[order]
    claims = _starts(dst, name)
    strongest = np.maximum.reduceat(strength, claims)
    dst = dst[claims]
    targets = _starts(dst)
    doubt: Weights = np.multiply.reduceat(1.0 - strongest, targets)
    return dst[targets], 1.0 - doubt


def _sources(store: Store) -> tuple[Weights, Numbers]:
    """The quality of each source by its number, and a number for its name."""
    rows = store.rows("SELECT id, quality, name FROM source")
    top = max(row[0] for row in rows) + 1
    quality, name = np.ones(top), np.zeros(top, dtype=np.int64)
    numbers: dict[str, int] = {}
    for number, trust, called in rows:
        quality[number] = trust
        name[number] = numbers.setdefault(called, len(numbers))
    return quality, name
