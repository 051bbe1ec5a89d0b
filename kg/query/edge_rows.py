"""Edges of many words at once: in one statement on a server, where each costs a round trip; in short ones on a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from isogloss.kg.storage.fusion import IN_CONCEPT
from isogloss.kg.storage.schema import BLOCK, CONCEPT_EDGE, block_of
from isogloss.kg.storage.store import Row, Store, bigints, marks

_EDGES = (
    "SELECT src, dst, source, weight, rank, prior FROM edge "
    "WHERE src IN ({src}) AND relation = ? AND dst BETWEEN ? AND ?"
)
_CONCEPT_EDGES = (
    f"SELECT src, dst, source, weight, {IN_CONCEPT}, 0 FROM {CONCEPT_EDGE} "
    "WHERE src IN ({src}) AND dst BETWEEN ? AND ?"
)
_HUBS = "SELECT src, ?, fanout, best FROM hub WHERE src IN ({src}) AND relation = ? AND language = ?"

# The statements of a server have the same text whatever the number of words, so the driver prepares them.
_BLOCKS = f"BETWEEN a.language * {BLOCK}::bigint AND a.language * {BLOCK}::bigint + {BLOCK - 1}"
_OUTGOING = (
    "WITH a AS MATERIALIZED (SELECT w.src, l.language, h.fanout, h.best FROM unnest(?::bigint[]) AS w(src) "
    "CROSS JOIN unnest(?::bigint[]) AS l(language) "
    "LEFT JOIN hub h ON ? AND h.src = w.src AND h.relation = ? AND h.language = l.language) "
    "SELECT e.src, e.dst, e.source, e.weight, e.rank, e.prior, NULL::bytea FROM a CROSS JOIN LATERAL "
    f"(SELECT * FROM edge WHERE src = a.src AND relation = ? AND dst {_BLOCKS} OFFSET 0) AS e WHERE a.best IS NULL "
    "UNION ALL SELECT src, language, fanout, 0, 0, 0, best FROM a WHERE best IS NOT NULL"
)
_OUTGOING_CONCEPTS = (
    f" UNION ALL SELECT c.src, c.dst, c.source, c.weight, {IN_CONCEPT}, 0, NULL FROM a CROSS JOIN LATERAL "
    f"(SELECT * FROM {CONCEPT_EDGE} WHERE src = a.src AND dst {_BLOCKS}) AS c"
)

_CLAIMS = "SELECT src, dst, source, weight FROM edge WHERE src = ? AND relation = ? AND dst IN ({dst})"
_CONCEPT_CLAIMS = f"SELECT src, dst, source, weight FROM {CONCEPT_EDGE} WHERE src = ? AND dst IN ({{dst}})"
_PAIRS = "unnest(?::bigint[], ?::bigint[]) AS a(src, dst)"
_CLAIMS_OF_PAIRS = (
    f"SELECT e.src, e.dst, e.source, e.weight FROM {_PAIRS} CROSS JOIN LATERAL "
    "(SELECT * FROM edge WHERE src = a.src AND relation = ? AND dst = a.dst OFFSET 0) AS e"
)
_CONCEPT_CLAIMS_OF_PAIRS = (
    f" UNION ALL SELECT c.src, c.dst, c.source, c.weight FROM {_PAIRS} CROSS JOIN LATERAL "
    f"(SELECT * FROM {CONCEPT_EDGE} WHERE src = a.src AND dst = a.dst) AS c"
)

_FORWARD = "SELECT src, dst, source, run, facts FROM evidence WHERE src = ? AND relation = ? AND dst IN ({dst})"
_BACKWARD = "SELECT dst, src, source, run, facts FROM evidence WHERE src IN ({dst}) AND relation = ? AND dst = ?"
_EVIDENCE_OF_PAIRS = (
    f"SELECT a.src, a.dst, e.source, e.run, e.facts FROM {_PAIRS} CROSS JOIN LATERAL "
    "(SELECT * FROM evidence WHERE relation = ? AND ((src = a.src AND dst = a.dst) OR (src = a.dst AND dst = a.src)) "
    "OFFSET 0) AS e ORDER BY (e.src <> a.src)"
)


def outgoing(
    store: Store, words: Sequence[int], languages: Collection[int], relation: int, *, hubs: bool, concepts: bool
) -> tuple[list[Row], list[Row]]:
    """The claims ``(src, dst, source, weight, rank, prior)`` of ``words`` into ``languages``, and their cached hubs.

    A hub is ``(src, language, fanout, best)``; its edges are left out, its concepts are not.
    """
    if store.postgres:
        query = _OUTGOING + _OUTGOING_CONCEPTS * concepts
        rows = store.rows(query, (bigints(words), bigints(languages), hubs, relation, relation))
        return [row[:6] for row in rows if row[6] is None], [(*row[:3], row[6]) for row in rows if row[6] is not None]
    claims: list[Row] = []
    cached: list[Row] = []
    for language in languages:
        block = block_of(language)
        remaining = words
        if hubs:
            hub_rows = store.rows(_HUBS.format(src=marks(len(words))), (language, *words, relation, language))
            if hub_rows:
                cached += hub_rows
                of_hubs = {row[0] for row in hub_rows}
                remaining = [word for word in words if word not in of_hubs]
        if remaining:
            claims += store.rows(_EDGES.format(src=marks(len(remaining))), (*remaining, relation, *block))
        if concepts:
            claims += store.rows(_CONCEPT_EDGES.format(src=marks(len(words))), (*words, *block))
    return claims, cached


def between(store: Store, pairs: Mapping[int, Collection[int]], relation: int, *, concepts: bool) -> list[Row]:
    """The claims ``(src, dst, source, weight)`` of edges from each word to its others."""
    if store.postgres:
        columns = _columns(pairs)
        query = _CLAIMS_OF_PAIRS + _CONCEPT_CLAIMS_OF_PAIRS * concepts
        return store.rows(query, (*columns, relation, *(columns if concepts else ())))
    rows: list[Row] = []
    for word, targets in pairs.items():
        places = marks(len(targets))
        rows += store.rows(_CLAIMS.format(dst=places), (word, relation, *targets))
        if concepts:
            rows += store.rows(_CONCEPT_CLAIMS.format(dst=places), (word, *targets))
    return rows


def evidence(store: Store, pairs: Mapping[int, Collection[int]], relation: int) -> list[Row]:
    """The evidence ``(src, dst, source, run, facts)`` of edges from each word to its others, then of those back."""
    if store.postgres:
        return store.rows(_EVIDENCE_OF_PAIRS, (*_columns(pairs), relation))
    forward: list[Row] = []
    backward: list[Row] = []
    for word, targets in pairs.items():
        places = marks(len(targets))
        forward += store.rows(_FORWARD.format(dst=places), (word, relation, *targets))
        backward += store.rows(_BACKWARD.format(dst=places), (*targets, relation, word))
    return forward + backward


def _columns(pairs: Mapping[int, Collection[int]]) -> tuple[str, str]:
    """Two arrays: each word as often as it has others, and the others."""
    words = (word for word, targets in pairs.items() for _ in targets)
    return bigints(words), bigints(target for targets in pairs.values() for target in targets)
