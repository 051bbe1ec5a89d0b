"""Removing sources: what they state, what is counted and computed from it, and the words that only they have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from isogloss.kg.storage.cooccurrence import forget_cooccurrences, recount_cooccurrences
from isogloss.kg.storage.edge_counts import count_concepts
from isogloss.kg.storage.hub_cache import find_hubs
from isogloss.kg.storage.priors import renew_priors_of
from isogloss.kg.storage.schema import TRANSLATION, block_of
from isogloss.kg.storage.source_quality import forget_copies
from isogloss.kg.storage.store import Store, marks

_BETWEEN = "src BETWEEN ? AND ? AND relation = ? AND dst BETWEEN ? AND ? AND source = ?"
_ELSEWHERE = (  # words of which something else is known
    "SELECT id FROM entry WHERE id IN ({keys}) AND (EXISTS (SELECT 1 FROM edge WHERE src = entry.id) "
    "OR EXISTS (SELECT 1 FROM concept_member WHERE entry = entry.id))"
)


def remove(store: Store, sources: Collection[int]) -> int:
    """Remove some sources; how many edges, each counted once, and members of concepts they had."""
    edges, words = 0, set[int]()
    removed: Counter[tuple[int, int]] = Counter()
    for src, relation, dst, source in _linked(store, sources):
        block = (*block_of(src), relation, *block_of(dst), source)
        starts = [row[0] for row in store.rows(f"SELECT src FROM edge WHERE {_BETWEEN}", block)]
        store.run(f"DELETE FROM edge WHERE {_BETWEEN}", block)
        edges += len(starts)
        words.update(starts)
        if relation == TRANSLATION:
            removed[src, dst] += len(starts)
    explained = [number for number in sources if store.value("SELECT has_evidence FROM source WHERE id = ?", (number,))]
    _delete(store, "evidence", "source", explained)
    members = _remove_concepts(store, sources)
    _delete(store, "coverage", "source", sources)
    _delete(store, "source", "id", sources)
    forget_copies(store, sources)
    if members:
        count_concepts(store)
    remaining = words - _remove_words(store, words | set(members))
    store.run("DELETE FROM language WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.language = language.id)")
    remaining.update(recount_cooccurrences(store, removed).tolist())
    renewed = renew_priors_of(store, np.array(sorted(remaining), dtype=np.int64))
    find_hubs(store, sorted(remaining.union(renewed.tolist())))
    return edges // 2 + len(members)


def _linked(store: Store, sources: Collection[int]) -> list[tuple[int, int, int, int]]:
    """The languages between which sources have edges, since there is no index of sources."""
    query = "SELECT src_language, relation, dst_language, source FROM coverage WHERE source IN ({keys})"
    return list(store.in_chunks(query, sorted(sources)))


def _remove_concepts(store: Store, sources: Collection[int]) -> list[int]:
    """Remove the concepts of sources; the entries that were members, each as often as it was."""
    concepts = [row[0] for row in store.in_chunks("SELECT id FROM concept WHERE source IN ({keys})", sources)]
    members = store.in_chunks("SELECT entry FROM concept_member WHERE concept IN ({keys})", concepts)
    removed = [row[0] for row in members]
    _delete(store, "concept_member", "concept", concepts)
    _delete(store, "concept", "id", concepts)
    return removed


def _remove_words(store: Store, words: Collection[int]) -> set[int]:
    """Remove those of some words of which nothing else is known; which they were."""
    gone = set(words) - {row[0] for row in store.in_chunks(_ELSEWHERE, words)}
    if not store.postgres:
        for chunk in _parts(sorted(gone)):
            store.run(
                "INSERT INTO entry_search (entry_search, rowid, text) "
                f"SELECT 'delete', id, text FROM entry_text WHERE id IN ({marks(len(chunk))})",
                chunk,
            )
    forget_cooccurrences(store, gone)
    for table, column in (("vector_ref", "entry"), ("hub", "src"), ("entry", "id")):
        _delete(store, table, column, gone)
    return gone


def _delete(store: Store, table: str, column: str, keys: Collection[int]) -> None:
    for chunk in _parts(sorted(keys)):
        store.run(f"DELETE FROM {table} WHERE {column} IN ({marks(len(chunk))})", chunk)


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[start : start + 500] for start in range(0, len(keys), 500))
