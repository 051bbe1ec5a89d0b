"""The translations between any two languages of a graph as arrays: read in bulk, kept, and open to any method."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isogloss.data.dictionary import Origin
from isogloss.data.errors import VocabularyError, shown
from isogloss.data.licence import permits
from isogloss.data.progress import Progress, silent
from isogloss.kg.inference.languages import Languages
from isogloss.kg.storage.concept_pairs import large_concepts, without
from isogloss.kg.storage.fusion import CONCEPT, IN_CONCEPT, JUDGED, SourceRecords
from isogloss.kg.storage.judgements import among, rejected
from isogloss.kg.storage.schema import BLOCK, CONCEPT_EDGE, TRANSLATION, block_of
from isogloss.kg.storage.store import Store
from isogloss.kg.storage.translation_model import MOST_SOURCES, PLACES, THOUSANDTHS, model

Numbers = NDArray[np.int64]
Weights = NDArray[np.float64]
Flags = NDArray[np.bool_]

# One number for both ends, since most of the time of reading goes into making a Python object of each value. From the
# first word of its language a source has ``BLOCK`` numbers at most, and a target has 40 bits, for 131,072 languages.
_TARGET_BITS = 40
_ENDS = f"(src - {{first}}) * {1 << _TARGET_BITS} + dst"
_EDGES = f"SELECT {_ENDS}, source, weight, rank, prior FROM edge WHERE relation = {TRANSLATION}"
# Concepts have no prior: the number of the concept stands in its place.
_CONCEPT_EDGES = f"SELECT {_ENDS}, source, weight, {IN_CONCEPT}, concept FROM {CONCEPT_EDGE} WHERE src <> dst"
_ROW = np.dtype([("ends", "i8"), ("source", "i8"), ("weight", "f8"), ("rank", "i8"), ("prior", "i8")])
ALL, DICTIONARIES, CONCEPTS, INDUCED = _SORTS = "all", "dictionaries", "concepts", "induced"
SCANNED = 8  # read all entries between the first and the last where one of so many is asked for; round number
_WIDE = 62  # licences that get a bit of their own, of 64; the others share the next one


class Links(NamedTuple):
    """The translations from one language to another, each pair of words once, sorted by word and translation."""

    source: Numbers  # entry numbers
    target: Numbers
    weight: Weights  # all claims together, noisy-or
    concept: Numbers  # the concept that makes the claim, the first of several; 0 where an edge does too
    licences: Numbers  # a bit for each licence among the claims
    source_count: Numbers  # how many independent sources claim it
    factor: Weights  # of the weight, for the probability that the target translates the source (``fusion``)

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.source)

    def taken(self, rows: Numbers | Flags) -> Links:
        """Some of the links."""
        return Links._make(column[rows] for column in self)

    def reversed(self) -> Links:
        """The same links from the other end."""
        links = self._replace(source=self.target, target=self.source)
        return links.taken(np.lexsort((links.target, links.source)))


class Claims(NamedTuple):
    """What sources say of pairs of words."""

    by: Numbers  # the source
    weight: Weights
    concept: Numbers  # 0 where it is no concept that says so
    rank: Numbers
    prior: Numbers

    def taken(self, rows: Numbers | Flags) -> Claims:
        """Some of the claims."""
        return Claims._make(column[rows] for column in self)


Stated = tuple[Numbers, Numbers, Claims]  # words, their translations, and what sources say of them
NONE = Links._make(np.zeros(0, dtype) for dtype in (np.int64, np.int64, np.float64, *(np.int64,) * 3, np.float64))


@dataclass
class TranslationLinks:
    """The translations that the sources of a graph state, between any two languages; inferred ones are left out.

    A macrolanguage and its member are one language, and what both spell alike is one word. ``allowed`` are the numbers
    of the sources that may be used.
    """

    store: Store
    sources: dict[int, Origin]
    language_groups: Languages
    allowed: frozenset[int]
    _links: dict[tuple[int, int, str], Links] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        store: Store,
        licences: Collection[str] | None = None,
        without: Collection[str] = (),
        requested: Sequence[Sequence[int]] = (),
    ) -> TranslationLinks:
        """The translations of a graph under ``licences``; ``without`` names sources that are left out.

        ``requested`` are the numbers that each language in question means (``Graph.language_numbers``).

        Raises:
            VocabularyError: No source has the name of one that is to be left out.
        """
        rows = store.rows("SELECT id, name, licence, kind, url, quality FROM source ORDER BY id")
        sources = {number: Origin(*terms) for number, *terms in rows}
        names = sorted({origin.name for origin in sources.values()})
        unknown = [name for name in without if name not in names]
        if unknown:
            raise VocabularyError(
                f"{store.path}: no source is called {unknown[0]!r}, expected one of {shown(names, 20)}; "
                "'isogloss kg stats' lists them"
            )
        allowed = [
            number
            for number, origin in sources.items()
            if origin.name not in without and origin.kind != "inferred" and permits(licences, origin.licence)
        ]
        return cls(store, sources, Languages.of(store, requested), frozenset(allowed))

    @cached_property
    def languages(self) -> dict[str, int]:
        """The languages by code; of those that are one the first."""
        return self.language_groups.leading

    def between(self, source: int, target: int, by: str = ALL) -> Links:
        """The translations between two languages, by their numbers: of all sources, or of those of one sort only."""
        key = source, target, by
        if key not in self._links:
            other_direction = self._links.get((target, source, by))
            self._links[key] = self._read(source, target, by) if other_direction is None else other_direction.reversed()
        return self._links[key]

    def all_languages(self, progress: Progress = silent) -> Links:
        """The translations between any two languages, each once: from the language of the smaller number."""
        one_by_one = all(len(group) == 1 for group in self.language_groups.members.values())
        towards = "src < dst" if one_by_one else "true"  # each edge is stored in both directions
        parts = [
            self._stated(query, number, towards, ALL)
            for number in progress(list(self.language_groups.codes), "Reading translations")
            for query in (_EDGES, self._concept_edges)
        ]
        source, target, claims = _joined(parts)
        ordered = self.language_groups.of_words(source) < self.language_groups.of_words(target)
        return self._fused(source[ordered], target[ordered], claims.taken(ordered))

    def without_links(self, source: int, target: int) -> TranslationLinks:
        """The same, as if no source stated anything between two languages."""
        empty = {(*ends, by): NONE for ends in ((source, target), (target, source)) for by in _SORTS}
        return replace(self, _links={**self._links, **empty})

    def pivots(self, source: int, target: int) -> list[int]:
        """The languages that have translations into both of two languages."""
        between = (number for number in sorted(self.languages.values()) if number not in (source, target))
        return [number for number in between if self.between(source, number).size and self.between(target, number).size]

    @cached_property
    def rejected(self) -> set[tuple[int, int]]:
        """The pairs of words that users reject."""
        pairs = np.array(sorted(rejected(self.store)), dtype=np.int64).reshape(-1, 2)
        return set(map(tuple, self.language_groups.words(pairs).tolist()))

    @cached_property
    def licences(self) -> tuple[str, ...]:
        """The licences of all sources, in the order of their bits."""
        return tuple(sorted({origin.licence for origin in self.sources.values()}))

    def licences_of(self, mask: int) -> list[str]:
        """The licences whose bits are set."""
        return [name for bit, name in enumerate(self.licences) if mask >> min(bit, _WIDE) & 1]

    def words(self, numbers: Numbers) -> list[str]:
        """How entries are written, in their order."""
        if not len(numbers):
            return []
        distinct, places = np.unique(numbers, return_inverse=True)
        written = np.concatenate([self._words(part) for part in _by_language(distinct)])
        words: list[str] = written[places].tolist()
        return words

    def _words(self, numbers: Numbers) -> NDArray[np.object_]:
        """Of distinct entries of one language, in order."""
        first, last = numbers[[0, -1]].tolist()
        if last - first < SCANNED * len(numbers):
            rows = self.store.rows("SELECT lemma FROM entry WHERE id BETWEEN ? AND ? ORDER BY id", (first, last))
            if len(rows) == last - first + 1:  # none in between was removed
                between: NDArray[np.object_] = np.fromiter(chain.from_iterable(rows), object, len(rows))
                written: NDArray[np.object_] = between[numbers - first]
                return written
        found = dict(self.store.in_chunks("SELECT id, lemma FROM entry WHERE id IN ({keys})", numbers.tolist()))
        return np.fromiter(map(found.__getitem__, numbers.tolist()), object, len(numbers))

    def _read(self, source: int, target: int, by: str) -> Links:
        queries = [_EDGES] if by != CONCEPTS else []
        if by in (ALL, CONCEPTS):
            queries.append(self._concept_edges)
        parts = [
            self._stated(query, start, "dst BETWEEN {} AND {}".format(*block_of(end)), by)
            for start, end in product(
                *(self.language_groups.members.get(number, (number,)) for number in (source, target))
            )
            for query in queries
        ]
        return self._fused(*_joined(parts))

    @cached_property
    def _concept_edges(self) -> str:
        """The query for pairs of words that share a concept, without concepts of thousands of words."""
        return f"{_CONCEPT_EDGES} AND {without(large_concepts(self.store))}"

    def _stated(self, query: str, language: int, towards: str, by: str) -> Stated:
        """What the allowed sources of a sort state of the words of a language; what users reject is left out."""
        first, last = block_of(language)
        query = f"{query.format(first=first)} AND src BETWEEN {first} AND {last} AND {towards}"
        table = np.fromiter(chain.from_iterable(self.store.stream(query)), _ROW)
        source = self.language_groups.words((table["ends"] >> _TARGET_BITS) + first)
        target = self.language_groups.words(table["ends"] & (1 << _TARGET_BITS) - 1)
        usable = np.zeros(max(self.sources, default=0) + 1, dtype=bool)
        usable[[number for number in self.allowed if _is_sort(self.sources[number].kind, by)]] = True
        chosen = usable[table["source"]]
        if self.rejected:
            chosen &= ~among(self.rejected, source, target)
        if not chosen.all():
            source, target, table = source[chosen], target[chosen], table[chosen]
        in_concept = table["rank"] == IN_CONCEPT
        concept, prior = (np.where(kind, table["prior"], 0) for kind in (in_concept, ~in_concept))
        return source, target, Claims(table["source"], table["weight"], concept, table["rank"], prior)

    def _fused(self, source: Numbers, target: Numbers, claims: Claims) -> Links:
        """One link for all claims of a pair; sources of one name, and copies, count once, by the strongest."""
        if not len(source):
            return NONE
        records = SourceRecords.of(self.store)
        quality = np.zeros(max(self.sources) + 1)
        group, bit = np.zeros(len(quality), np.int64), np.zeros(len(quality), np.int64)
        for number, origin in self.sources.items():
            quality[number], group[number] = origin.quality, records.group[number]
            bit[number] = 1 << min(self.licences.index(origin.licence), _WIDE)
        order = np.lexsort((group[claims.by], target, source))
        source, target = source[order], target[order]
        claims = claims.taken(order)
        by, weight, concept = claims.by, claims.weight, claims.concept
        strength = weight * quality[by]
        pair = _starts(source, target)
        of_group = _starts(source, target, group[by])
        strongest = np.maximum.reduceat(strength, of_group)
        doubt = np.log1p(-np.minimum(strongest, 1 - 1e-12))
        begin = np.searchsorted(of_group, pair)
        together: Weights = -np.expm1(np.add.reduceat(doubt, begin))
        source_count = np.diff(np.append(begin, len(of_group)))
        alone = np.minimum.reduceat(concept, pair)
        masks = np.bitwise_or.reduceat(bit[by], pair)
        factor = _factor(claims.rank, claims.prior, pair, source_count)
        return Links(source[pair], target[pair], np.round(together, 12), alone, masks, source_count, factor)


def _joined(parts: Sequence[Stated]) -> Stated:
    """All of several parts."""
    source, target = (np.concatenate([part[end] for part in parts]) for end in (0, 1))
    return source, target, Claims._make(map(np.concatenate, zip(*(part[2] for part in parts), strict=True)))


def _by_language(entries: Numbers) -> list[Numbers]:
    """Distinct entries in order, those of a language together."""
    return np.split(entries, np.flatnonzero(np.diff(entries // BLOCK)) + 1) if len(entries) else []


def _starts(*columns: Numbers) -> Numbers:
    """Where in sorted columns a new combination begins."""
    new = np.ones(len(columns[0]), dtype=bool)
    new[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return np.flatnonzero(new)


def _factor(rank: Numbers, prior: Numbers, pair: Numbers, source_count: Numbers) -> Weights:
    """How probable pairs are by form, frequency and places in articles, from its claims, which begin at ``pair``."""
    by_forward, by_backward, by_sources = (np.array(odds) for odds in model().claim_odds)
    first = [
        np.minimum.reduceat(np.where(places > 0, np.minimum(places, PLACES), PLACES + 1), pair) % (PLACES + 1)
        for places in (rank, np.where(rank == IN_CONCEPT, 0, -rank))
    ]
    odds = np.maximum.reduceat(prior, pair) / THOUSANDTHS + by_forward[first[0]] + by_backward[first[1]]
    stated: Weights = 1 / (1 + np.exp(-odds - by_sources[np.minimum(source_count, MOST_SOURCES)]))
    return np.where(np.maximum.reduceat(rank, pair) == IN_CONCEPT, CONCEPT, stated)


def _is_sort(kind: str, by: str) -> bool:
    """Whether a source of some kind is of the sort that is asked for."""
    if by == ALL:
        return True
    return kind == "induced" if by == INDUCED else kind in ("dictionary", "user", JUDGED)


def pair_keys(source: Numbers, target: Numbers) -> Numbers:
    """Two entry numbers as one number, which tells them from any other two."""
    return source << 32 | target
