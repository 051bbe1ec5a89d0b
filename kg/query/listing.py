"""Lists and counts: whole dictionaries, neighbors, concepts, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.language import language_name
from isogloss.data.licence import strictest
from isogloss.kg.query.claims import Claims
from isogloss.kg.query.neighborhoods import Terms, fused
from isogloss.kg.query.translation import named
from isogloss.kg.results import Claim, LanguageStats, Neighbor, SourceStats, Stats, Word
from isogloss.kg.storage.fusion import one_voice
from isogloss.kg.storage.judgements import JUDGED_RELATIONS, rejected_of
from isogloss.kg.storage.schema import (
    BLOCK,
    CONCEPT_EDGE,
    INVERSE,
    RELATION_CODE,
    RELATIONS,
    SAME_CONCEPT,
    TRANSLATION,
    block_of,
)
from isogloss.kg.storage.source_quality import Confirmed, confirmed
from isogloss.kg.storage.store import Row, Store

Codes = Mapping[int, str]

_TERMS = ("name", "licence", "licence_class", "kind", "url", "quality")
_ONE_WAY = {number for number, _, _, inverse in RELATIONS if number <= inverse}  # the other ones are their inverses

_EDGES = (
    "SELECT s.lemma, t.lemma, e.source, e.weight FROM edge e JOIN entry s ON s.id = e.src JOIN entry t ON t.id = e.dst "
    "WHERE e.src BETWEEN ? AND ? AND e.relation = ? AND e.dst BETWEEN ? AND ?"
)
_CONCEPT_EDGES = (
    f"SELECT s.lemma, t.lemma, source, weight FROM {CONCEPT_EDGE} JOIN entry s ON s.id = src "
    "JOIN entry t ON t.id = dst WHERE src BETWEEN ? AND ? AND dst BETWEEN ? AND ?"
)


def dictionary(
    store: Store, ends: tuple[Sequence[int], Sequence[int]], codes: Codes, terms: Terms, min_weight: float
) -> Dictionary:
    """All direct translations from one language to another, each given by all numbers that mean it."""
    rows = (row for pair in product(*ends) for row in translation_claims(store, *pair, concepts=terms.concepts))
    claims_of: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for source, target, source_id, weight in rows:
        if terms.may_use(source_id, weight):
            claims_of.setdefault((source, target), []).append((source_id, weight))
    origins = list(dict.fromkeys(terms.sources[source_id] for claims in claims_of.values() for source_id, _ in claims))
    pairs = []
    for (source, target), claims in sorted(claims_of.items()):
        if terms.records.verdict(claims) < 0:
            continue
        weight = max(weight for _, weight in claims) if len(origins) == 1 else _fused(claims, terms)
        if weight >= min_weight:
            pairs.append(Pair(source, target, weight))
    return Dictionary(codes[ends[0][0]], codes[ends[1][0]], tuple(pairs), _origin(origins))


def translation_claims(store: Store, source: int, target: int, *, concepts: bool = True) -> list[Row]:
    """Word, translation, source and weight of every claim between two languages, which are given by their numbers."""
    source_block, target_block = map(block_of, (source, target))
    rows = store.rows(_EDGES, (*source_block, TRANSLATION, *target_block))
    return rows + store.rows(_CONCEPT_EDGES, (*source_block, *target_block)) if concepts else rows


def _fused(claims: Sequence[tuple[int, float]], terms: Terms) -> float:
    return fused(
        (terms.sources[source_id].name, weight * terms.sources[source_id].quality) for source_id, weight in claims
    )


def _origin(origins: Sequence[Origin]) -> Origin:
    if len(origins) == 1:
        return origins[0]
    kinds = {origin.kind for origin in origins}
    names = sorted({origin.name for origin in origins})
    licence = strictest(origin.licence for origin in origins)
    return Origin(" + ".join(names) or "nothing", licence, kinds.pop() if len(kinds) == 1 else "dictionary")


def neighbors(claims: Claims, words: Sequence[Word], codes: Codes) -> list[Neighbor]:
    """All that the edges of ``words`` lead to, co-members of their concepts included."""
    store, terms = claims.store, claims.terms
    edges: dict[tuple[int, int], None] = {}
    for word in words:
        rows = store.rows("SELECT relation, dst FROM edge WHERE src = ?", (word.id,))
        if terms.concepts:
            rows += [(SAME_CONCEPT, target) for target in _co_members(store, word.id)]
        edges.update(dict.fromkeys(rows))
    names = named(store, {target for _, target in edges}, codes)
    rejected = rejected_of(store, [word.id for word in words], terms.records)
    answers = []
    for word in words:
        for relation in dict.fromkeys(relation for relation, _ in edges):
            targets = [target for edge_relation, target in edges if edge_relation == relation]
            for start in range(0, len(targets), 500):
                claims_of = claims.between(word.id, targets[start : start + 500], relation)
                answers += [
                    Neighbor(RELATION_CODE[relation], names[target], weight_of(claims_of_edge), claims_of_edge)
                    for target, claims_of_edge in claims_of.items()
                    if relation not in JUDGED_RELATIONS or (word.id, target) not in rejected
                ]
    return sorted(answers, key=lambda edge: (edge.relation, edge.word.language, -edge.weight, edge.word.word))


def weight_of(claims: Sequence[Claim]) -> float:
    """What all claims of an edge say together."""
    return fused((claim.source.name, claim.strength) for claim in claims)


def _co_members(store: Store, word: int) -> list[int]:
    return [row[0] for row in store.rows(f"SELECT DISTINCT dst FROM {CONCEPT_EDGE} WHERE src = ?", (word,))]


def concepts(store: Store, numbers: Sequence[int], codes: Codes) -> dict[str, dict[str, tuple[str, ...]]]:
    """The concepts of some entries, by key, with all their words by language."""
    rows: list[Row] = list(
        store.in_chunks(
            "SELECT c.key, m.entry, e.lemma FROM concept c JOIN concept_member m ON m.concept = c.id "
            "JOIN entry e ON e.id = m.entry "
            "WHERE c.id IN (SELECT concept FROM concept_member WHERE entry IN ({keys}))",
            numbers,
        )
    )
    by_key: dict[str, dict[str, tuple[str, ...]]] = {}
    for key, code, written in sorted({(key, codes[entry // BLOCK], written) for key, entry, written in rows}):
        words = by_key.setdefault(key, {})
        words[code] = (*words.get(code, ()), written)
    return by_key


def coverage(store: Store, codes: Codes) -> dict[tuple[str, str], int]:
    """How many translations there are between any two languages, by their codes in alphabetical order."""
    rows = store.rows(
        "SELECT src_language, dst_language, CAST(sum(edges) AS BIGINT) FROM coverage WHERE relation IN (?, ?) "
        "GROUP BY 1, 2",
        (TRANSLATION, SAME_CONCEPT),
    )
    counts = ((codes[src], codes[dst], edges) for src, dst, edges in rows)
    return {(src, dst): edges for src, dst, edges in counts if src < dst}


def stats(store: Store, codes: Codes) -> Stats:
    """The whole graph in figures, from the counts made when it was loaded."""
    entries: dict[int, int] = dict(store.rows("SELECT language, count(*) FROM entry GROUP BY language"))
    languages = store.rows("SELECT code, name, script, id FROM language ORDER BY code")
    counted = store.rows("SELECT relation, source, src_language, dst_language, edges FROM coverage")
    relations: dict[str, int] = {}
    by_source: dict[int, int] = {}
    for relation, source, src, dst, edges in counted:
        both_stored = INVERSE[relation] == relation
        if relation not in _ONE_WAY or (both_stored and src > dst):
            continue
        once = edges // 2 if both_stored and src == dst else edges
        relations[RELATION_CODE[relation]] = relations.get(RELATION_CODE[relation], 0) + once
        by_source[source] = by_source.get(source, 0) + once
    sources = store.rows(f"SELECT {', '.join(_TERMS)}, id FROM source ORDER BY name, id")
    qualities = confirmed(store)
    names = {row[-1]: row[0] for row in sources}
    one_with = {other: names[first] for first, other in one_voice(store)}
    return Stats(
        tuple(
            LanguageStats(code, language_name(code) if name == code else name, script, entries.get(n, 0))
            for code, name, script, n in languages  # older graphs have no names
        ),
        tuple(
            SourceStats(
                **dict(zip(_TERMS, row, strict=False)),
                edges=by_source.get(row[-1], 0),
                **_confirmed(qualities, row[-1]),
                one_with=one_with.get(row[-1], ""),
            )
            for row in sources
        ),
        relations,
        coverage(store, codes),
        store.value("SELECT count(*) FROM concept"),
        store.bytes(),
    )


def _confirmed(qualities: Mapping[int, Confirmed], source: int) -> dict[str, Any]:
    quality = qualities.get(source)
    return {} if quality is None else {"confirmed": round(quality.share, 4), "confirmable": quality.could}
