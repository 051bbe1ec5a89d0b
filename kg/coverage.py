"""How many edges there are between which languages: counted once when loaded, so that nobody counts on opening."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kg.schema import BLOCK, SAME_CONCEPT
from kg.store import Store

Numbers = NDArray[np.int64]

_COLUMNS = ("src_language", "relation", "dst_language", "source", "edges")
_ADD = (
    "ON CONFLICT (src_language, relation, dst_language, source) DO UPDATE SET edges = coverage.edges + excluded.edges"
)


def count_edges(store: Store) -> None:
    """Count all edges anew, by reading every one of them."""
    store.run(f"DELETE FROM coverage WHERE relation <> {SAME_CONCEPT}")
    store.run(
        f"INSERT INTO coverage ({', '.join(_COLUMNS)}) "
        f"SELECT src / {BLOCK}, relation, dst / {BLOCK}, source, count(*) FROM edge GROUP BY 1, 2, 3, 4"
    )


def add_counts(store: Store, src: Numbers, relation: Numbers, dst: Numbers, source: Numbers) -> None:
    """Count new edges, given by their columns, on top of what was counted."""
    # Languages, relations and sources are small numbers: together they fit one sortable key.
    key = ((src // BLOCK << 16 | dst // BLOCK) << 8 | relation) << 22 | source
    found, edges = np.unique(key, return_counts=True)
    columns = (found >> 46, found >> 22 & 0xFF, found >> 30 & 0xFFFF, found & 0x3FFFFF, edges)
    store.insert("coverage", _COLUMNS, columns, conflict=_ADD)


def count_concepts(store: Store) -> None:
    """Count anew how many pairs of words share a concept."""
    store.run("DELETE FROM coverage WHERE relation = ?", (SAME_CONCEPT,))
    rows = store.rows(
        f"SELECT m.concept, m.entry / {BLOCK}, c.source, count(*) FROM concept_member m "
        "JOIN concept c ON c.id = m.concept GROUP BY 1, 2, 3"
    )
    counts: dict[tuple[int, int, int], int] = {}
    for members in _by_concept(rows):
        for _, here, source, words in members:
            for _, there, _, others in members:
                pairs = words * (others - (here == there))
                if pairs:
                    counts[here, there, source] = counts.get((here, there, source), 0) + pairs
    if counts:
        firsts, seconds, sources = zip(*counts, strict=True)
        columns = (firsts, [SAME_CONCEPT] * len(counts), seconds, sources, list(counts.values()))
        store.insert("coverage", _COLUMNS, columns)


def _by_concept(rows: list[tuple[int, int, int, int]]) -> list[list[tuple[int, int, int, int]]]:
    found: dict[int, list[tuple[int, int, int, int]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return list(found.values())
