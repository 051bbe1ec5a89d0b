"""How many edges there are between which languages: counted once when loaded, so that nobody counts on opening."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from isogloss.kg.storage.schema import BLOCK, SAME_CONCEPT
from isogloss.kg.storage.store import Store

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
    keys, edges = np.unique(key, return_counts=True)
    columns = (keys >> 46, keys >> 22 & 0xFF, keys >> 30 & 0xFFFF, keys & 0x3FFFFF, edges)
    store.insert("coverage", _COLUMNS, columns, conflict=_ADD)


def count_concepts(store: Store) -> None:
    """Count anew how many pairs of words share a concept."""
    store.run("DELETE FROM coverage WHERE relation = ?", (SAME_CONCEPT,))
    listed = "string_agg((m.entry / {})::text, ',')" if store.postgres else "group_concat(m.entry / {})"
    of_words = (  # the languages of a concept's words, which many concepts have in common
        f"SELECT source, languages, count(*) FROM (SELECT max(c.source) AS source, {listed.format(BLOCK)} AS languages "
        "FROM concept_member m JOIN concept c ON c.id = m.concept GROUP BY m.concept) AS concepts "
        "GROUP BY source, languages"
    )
    language_rows = store.rows(f"SELECT DISTINCT entry / {BLOCK} FROM concept_member ORDER BY 1")
    languages = np.array([language for (language,) in language_rows], dtype=np.int64)  # few of those of a large graph
    counts: dict[int, Numbers] = {}
    for rows in store.stream(of_words):
        for source in {row[0] for row in rows}:
            counted = [(codes, times) for of, codes, times in rows if of == source]
            places = [np.searchsorted(languages, np.array(codes.split(","), dtype=np.int64)) for codes, _ in counted]
            words = np.array([np.bincount(place, minlength=len(languages)) for place in places])
            times = np.array([times for _, times in counted])[:, np.newaxis]
            pairs = words.T @ (words * times) - np.diag((words * times).sum(axis=0))  # no word pairs with itself
            counts[source] = counts.get(source, 0) + pairs
    for source, pairs in sorted(counts.items()):
        source_row, target_row = np.nonzero(pairs)
        if len(source_row):
            kinds = np.full(len(source_row), SAME_CONCEPT), np.full(len(source_row), source)
            columns = languages[source_row], kinds[0], languages[target_row], kinds[1], pairs[source_row, target_row]
            store.insert("coverage", _COLUMNS, columns)
