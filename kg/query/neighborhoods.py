"""The translations of many words into several languages at once, with bounded work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from isogloss.data.dictionary import Origin
from isogloss.data.licence import permits
from isogloss.kg.query.edge_rows import outgoing
from isogloss.kg.storage.fusion import IN_CONCEPT, SourceRecords, fuse
from isogloss.kg.storage.hubs import unpack
from isogloss.kg.storage.judgements import rejected_of
from isogloss.kg.storage.schema import BLOCK, CONCEPT_EDGE, SYNONYM, TRANSLATION
from isogloss.kg.storage.store import Row, Store

_CONCEPTS = f"SELECT concept, dst, source FROM {CONCEPT_EDGE} WHERE src = ?"


@dataclass
class Fan:
    """The translations of one word into one language: their fused weights, and how many there are in all."""

    weights: dict[int, float] = field(default_factory=dict)
    count: int = 0
    computed: dict[int, float] = field(default_factory=dict)  # weights without what dictionaries state
    claims: list[Row] = field(default_factory=list)  # all of them, where they were wanted and no cache was asked


@dataclass(frozen=True)
class Terms:
    """Which sources a query may use: all, or some only."""

    sources: dict[int, Origin]
    allowed: frozenset[int] | None = None  # None is all
    concepts: bool = True  # whether the graph has any
    records: SourceRecords = SourceRecords()  # noqa: RUF009 (it never changes)

    def among(self, rows: Iterable[Row]) -> Iterable[Row]:
        """Those of ``rows``, ``(src, dst, source, weight)``, whose source may be used; what users reject always may."""
        return rows if self.allowed is None else (row for row in rows if self.may_use(row[2], row[3]))

    def may_use(self, source: int, weight: float) -> bool:
        """Whether a claim of some weight may be used."""
        return self.allowed is None or source in self.allowed or (weight == 0 and source in self.records.judges)


def limited(
    sources: dict[int, Origin],
    concepts: bool,
    records: SourceRecords,
    licences: Collection[str] | None,
    kinds: Collection[str] | None,
) -> Terms:
    """The terms that let through what these licences, or classes of licences, and these kinds of origins cover."""
    if licences is None and kinds is None:
        return Terms(sources, None, concepts, records)
    names = [licences] if isinstance(licences, str) else licences
    allowed = frozenset(
        number
        for number, origin in sources.items()
        if (names is None or permits(names, origin.licence)) and (kinds is None or origin.kind in kinds)
    )
    return Terms(sources, None if len(allowed) == len(sources) else allowed, concepts, records)


def fans(
    store: Store,
    words: Collection[int],
    languages: Collection[int],
    terms: Terms,
    relation: int = TRANSLATION,
    *,
    all_edges: bool = False,
    with_claims: bool = False,
) -> dict[int, dict[int, Fan]]:
    """The translations of each of ``words`` into each language, by language and word, without words that have none.

    Of a hub only the strongest are returned, from the cache. All of its edges are read with ``all_edges``, and where
    licences are limited, which the cache does not record.
    """
    by_language: dict[int, dict[int, Fan]] = {language: {} for language in languages}
    hubs, concepts = terms.allowed is None and not all_edges, terms.concepts and relation in (TRANSLATION, SYNONYM)
    remaining = list(words) if by_language else []
    for start in range(0, len(remaining), 500):
        chunk = remaining[start : start + 500]
        claims, cached = outgoing(store, chunk, by_language, relation, hubs=hubs, concepts=concepts)
        for src, language, fanout, best in cached:
            by_language[language][src] = Fan(unpack(best), fanout)
        of_hubs = {(src, language) for src, language, _, _ in cached}
        _add(by_language, list(terms.among(claims)), terms.records, relation)
        for row in claims if with_claims else ():
            fan = by_language[row[1] // BLOCK].get(row[0])
            if fan is not None and not (of_hubs and (row[0], row[1] // BLOCK) in of_hubs):
                fan.claims.append(row)
        for word, target in rejected_of(store, chunk, terms.records):  # of hubs, by a concept
            if word in (into := by_language.get(target // BLOCK, {})):
                into[word].weights.pop(target, None)
    return by_language


def concept_members(store: Store, word: int, terms: Terms) -> list[set[int]]:
    """The other members of each concept that a word belongs to."""
    members: dict[int, set[int]] = {}
    for concept, member, source in store.rows(_CONCEPTS, (word,)):
        if terms.allowed is None or source in terms.allowed:
            members.setdefault(concept, set()).add(member)
    return list(members.values())


def fused(claims: Iterable[tuple[str, float]]) -> float:
    """The weight of an edge that several sources claim: the noisy-or of their strengths.

    A claim is the name and the strength of a source; of sources of the same name only the strongest counts.
    """
    strongest: dict[str, float] = {}
    for name, strength in claims:
        strongest[name] = max(strength, strongest.get(name, 0.0))
    return noisy_or(list(strongest.values()))


def noisy_or(probabilities: Sequence[float]) -> float:
    """The probability that at least one of several independent events occurs."""
    return (
        probabilities[0]
        if len(probabilities) == 1
        else 1.0 - prod(1.0 - probability for probability in sorted(probabilities))
    )


def _add(by_language: Mapping[int, dict[int, Fan]], rows: Sequence[Row], records: SourceRecords, relation: int) -> None:
    for (src, dst), sure in fuse(rows, records, relation).items():
        by_word = by_language[dst // BLOCK]
        fan = by_word.get(src)
        if fan is None:
            fan = by_word[src] = Fan()
        if dst in fan.weights:
            fan.weights[dst] = noisy_or([fan.weights[dst], sure])
        else:
            fan.count += 1
            fan.weights[dst] = sure
    computed = [row for row in rows if row[2] in records.computed or row[4] == IN_CONCEPT]
    for (src, dst), sure in fuse(computed, records, relation).items() if computed else ():
        if src in (by_word := by_language[dst // BLOCK]):
            by_word[src].computed[dst] = sure
