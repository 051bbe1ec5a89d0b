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
        f"WITH part AS (SELECT m.concept, m.entry / {BLOCK} AS language, c.source, count(*) AS words "
        "FROM concept_member m JOIN concept c ON c.id = m.concept GROUP BY 1, 2, 3) "
        "SELECT a.language, b.language, a.source, "
        "sum(a.words * (b.words - CASE WHEN a.language = b.language THEN 1 ELSE 0 END)) AS pairs "
        "FROM part a JOIN part b ON a.concept = b.concept GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    counts = [(here, SAME_CONCEPT, there, source, int(pairs)) for here, there, source, pairs in rows if pairs]
    if counts:
        store.insert("coverage", _COLUMNS, list(zip(*counts, strict=True)))
