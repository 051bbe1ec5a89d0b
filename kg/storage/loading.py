"""Loading: dictionaries become sorted rows, and rows go in by the hundred, before the indexes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import FormatError
from isogloss.data.garbage_collection import garbage_collection_paused
from isogloss.data.language import language_code
from isogloss.data.licence import licence_class
from isogloss.data.progress import Progress, silent
from isogloss.kg.storage.articles import articles, count_articles, grown
from isogloss.kg.storage.cooccurrence import by_languages, recount_cooccurrences
from isogloss.kg.storage.edge_counts import add_counts, count_concepts
from isogloss.kg.storage.edges import EDGE, KEEP_BETTER, Edges, ranks
from isogloss.kg.storage.evidence_writer import Evidence, encoded
from isogloss.kg.storage.hub_cache import cache_hubs, find_hubs
from isogloss.kg.storage.parts_of_speech import PartsOfSpeech
from isogloss.kg.storage.priors import around, priors_of, renew_priors_of
from isogloss.kg.storage.run import Run
from isogloss.kg.storage.schema import BLOCK, RELATIONS, SYNONYM, TRANSLATION
from isogloss.kg.storage.source_quality import imported_with, note_copies
from isogloss.kg.storage.spelling import check_encodable, lemmas, search_keys
from isogloss.kg.storage.store import Store
from isogloss.kg.storage.variants import note_variants
from isogloss.kg.storage.word_ids import Interner

Numbers = NDArray[np.int64]
Weights = NDArray[np.float64]

INDEXED_ANEW = 50_000  # new words from which on dropping and rebuilding the indexes is faster; round number
HELD = 24_000_000  # edges in memory before they are sorted and written; a size limit, round number
HELD_EVIDENCE = 1_000_000  # rows in memory before they are written; a size limit, round number
_KEEP_SURER = (
    "ON CONFLICT (concept, entry) DO UPDATE SET weight = "
    "CASE WHEN excluded.weight > concept_member.weight THEN excluded.weight ELSE concept_member.weight END"
)
_NUMBER = {code: number for number, code, _, _ in RELATIONS}


@dataclass(frozen=True)
class Added:
    """What became of the pairs of a dictionary: how many were taken, how many left out, by reason, with examples."""

    pairs: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    languages: tuple[str, str] | None = None  # if the name of the file named them


class AboutConcept(NamedTuple):
    """What is known of a concept besides its words; empty or ``None`` where nobody says."""

    pos: str = ""
    definition: str = ""
    cohesion: float | None = None


class Loader:
    """Takes dictionaries and concepts, holds their rows, and writes them when it settles."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.words = Interner(store)
        self.parts_of_speech = PartsOfSpeech(store)
        self.changed = False
        self._edges: list[Edges] = []
        self._evidence = Evidence(store)
        self._members: list[tuple[Numbers, Numbers, Weights]] = []  # concepts, a word of each, how surely it belongs
        self._ranks: dict[int, int] = {}  # of words by frequency
        self._recounted: list[int] = []  # words that were found to stand in more articles than before
        self._sources: dict[Origin, int] = {}
        self._old_sources: set[int] = set()

    def add(
        self,
        dictionary: Dictionary,
        relation: str | None = None,
        run: Run | None = None,
        places: Sequence[int] | None = None,
        progress: Progress = silent,
    ) -> Added:
        """Hold the pairs of a dictionary as edges, at ``places`` in articles; their order tells them by default.

        Raises:
            FormatError: A weight is no probability, or a word is no valid text.
        """
        kind = _relation(dictionary, relation)
        src, dst = language_code(dictionary.source), language_code(dictionary.target)
        where = dictionary.origin.name
        weights = _checked_weights(dictionary)
        sources, targets = (lemmas(list(map(itemgetter(side), dictionary.pairs))) for side in (0, 1))
        evidence: list[Mapping[str, Any] | None] = list(map(itemgetter(3), dictionary.pairs))
        check_encodable(sources, where)
        check_encodable(targets, where)
        left_out: Counter[str] = Counter()
        if not (all(sources) and all(targets) and src != dst):
            rows = range(len(sources))
            accepted = [row for row in rows if not _fault(sources[row], targets[row], src == dst, left_out)]
            if len(accepted) < len(sources):
                sources, targets = [sources[row] for row in accepted], [targets[row] for row in accepted]
                weights, evidence = weights[accepted], [evidence[row] for row in accepted]
                places = None if places is None else [places[row] for row in accepted]
        if not sources:
            return Added(0, left_out)
        source = self.source(dictionary.origin)
        edges = self._numbered((src, sources), (dst, targets), kind, source, weights, places)
        number = None if run is None else self.run(run)
        self._evidence.hold((edges.src, edges.dst), kind, source, weights, evidence, number)
        for code, tags in zip((src, dst), dictionary.parts_of_speech, strict=True):
            self.parts_of_speech.hold(self.words.ids_of(code), tags)
        self._hold(edges.both_ways(), progress)
        return Added(len(sources), left_out)

    def add_concepts(self, concepts: Mapping[str, Mapping[str, str | Iterable[str]]], origin: Origin) -> Added:
        """Hold concepts, by their key in ``origin``, each with its words by language."""
        by_language: dict[str, tuple[list[str], list[str]]] = {}
        for key, languages in concepts.items():
            for language, words in languages.items():
                keys, written = by_language.setdefault(language_code(language), ([], []))
                before = len(written)
                written += [words] if isinstance(words, str) else words
                keys += [key] * (len(written) - before)
        concept_ids = self._concepts(concepts, origin)
        return self._hold_members(by_language, concept_ids, origin)

    def add_members(
        self,
        language: str,
        keys: Sequence[str],
        words: Sequence[str],
        origin: Origin,
        weights: Sequence[float] | None = None,
        about: Mapping[str, AboutConcept] | None = None,
    ) -> Added:
        """Hold words of one language, each with the key of its concept in ``origin`` and how surely it belongs."""
        concept_ids = self.describe_concepts(about, origin) if about else self._concepts(dict.fromkeys(keys), origin)
        return self._hold_members({language_code(language): (keys, words)}, concept_ids, origin, weights)

    def describe_concepts(self, about: Mapping[str, AboutConcept], origin: Origin) -> dict[str, int]:
        """Store what is known of concepts by their keys in ``origin``, and return their numbers by these keys."""
        before = self.store.value("SELECT max(id) FROM concept") or 0
        concept_ids = self._concepts(about, origin, about)
        old = {key: concept_ids[key] for key in about if concept_ids[key] <= before}
        for name in AboutConcept._fields:
            definitions = {
                number: value for key, number in old.items() if (value := getattr(about[key], name)) not in ("", None)
            }
            if definitions:
                kind = "DOUBLE PRECISION" if name == "cohesion" else "TEXT"
                self.store.run(f"CREATE TEMP TABLE incoming (concept BIGINT PRIMARY KEY, said {kind})")
                self.store.insert("incoming", ("concept", "said"), (list(definitions), list(definitions.values())))
                self.store.run(f"UPDATE concept SET {name} = i.said FROM incoming i WHERE concept.id = i.concept")
                self.store.run("DROP TABLE incoming")
        self.changed = True
        return concept_ids

    def add_parts_of_speech(self, language: str, tags: Mapping[str, str]) -> None:
        """Hold what words are, by their tags."""
        self.parts_of_speech.hold(self.words.ids_of(language_code(language)), tags)
        self.changed = True

    def add_frequency_ranks(self, language: str, ranks: Mapping[str, int]) -> None:
        """Hold the frequency ranks of words that were added, the most frequent 0; of two ranks the first counts."""
        ids = self.words.ids_of(language_code(language))
        for word, rank in zip(lemmas(list(ranks)), ranks.values(), strict=True):
            if (number := ids.get(word)) is not None:
                self._ranks[number] = min(rank, self._ranks.get(number, rank))
        self.changed = True

    def source(self, origin: Origin) -> int:
        """The number of a source; one with the same name and other terms is another source."""
        if origin not in self._sources:
            named: dict[str, Any] = {
                "name": origin.name,
                "version": origin.version,
                "licence": origin.licence,
                "kind": origin.kind,
                "url": origin.url,
                "quality": float(origin.quality),
            }
            number = self._found("source", named)
            if number is None:  # its quality may have been set
                terms = {name: value for name, value in named.items() if name != "quality"}
                number = self._found("source", terms, among=imported_with(self.store, named["quality"]))
            if number is None:
                number = 1 + (self.store.value("SELECT max(id) FROM source") or 0)
                row = {
                    "id": number,
                    **named,
                    "licence_class": licence_class(origin.licence).value,
                    "has_evidence": False,
                }
                self.store.insert("source", list(row), [[value] for value in row.values()])
            else:
                self._old_sources.add(number)
            self._sources[origin] = number
        return self._sources[origin]

    def run(self, run: Run) -> int:
        """The number of a run."""
        values = {
            **asdict(run),
            "settings": encoded(dict(run.settings)),
            "seed": "" if run.seed is None else str(run.seed),
        }
        number = self._found("run", values)
        if number is None:
            number = 1 + (self.store.value("SELECT max(id) FROM run") or 0)
            self.store.insert("run", ["id", *values], [[number], *([value] for value in values.values())])
        return number

    @garbage_collection_paused()
    def settle(self, progress: Progress = silent) -> None:
        """Write everything that is held, and bring indexes, search, counts and caches up to date."""
        if not self.changed:
            return
        self.changed = False
        self._write_words(progress)
        self.parts_of_speech.write()
        self._write_ranks()
        if self._edges:
            edges = Edges.joined(self._edges)
            self._edges = []
            # Evidence goes first: which of two pieces is kept depends on the weight that the edge had before.
            self._evidence.write()
            self._write_edges(edges, progress)
            self._old_sources.update(self._sources.values())
        if self._members:
            concept, entry, weight = (np.concatenate(column) for column in zip(*self._members, strict=True))
            order = np.lexsort((-weight, entry, concept))
            concept, entry, weight = concept[order], entry[order], weight[order]
            first = np.ones(len(order), dtype=bool)
            first[1:] = (concept[1:] != concept[:-1]) | (entry[1:] != entry[:-1])
            columns = concept[first], entry[first], weight[first]
            self.store.insert("concept_member", ("concept", "entry", "weight"), columns, conflict=_KEEP_SURER)
            count_concepts(self.store)
            self._members = []

    def _concepts(
        self, keys: Collection[str], origin: Origin, about: Mapping[str, AboutConcept] | None = None
    ) -> dict[str, int]:
        """The numbers of concepts of a source by their keys; those that it lacks are stored."""
        source = self.source(origin)
        concept_ids: dict[str, int] = dict(self.store.rows("SELECT key, id FROM concept WHERE source = ?", (source,)))
        check_encodable(keys, origin.name)
        free = 1 + (self.store.value("SELECT max(id) FROM concept") or 0)
        new = [key for key in keys if key not in concept_ids]
        numbers = range(free, free + len(new))
        concept_ids.update(zip(new, numbers, strict=True))
        if new:
            fields = (
                zip(*(about[key] for key in new), strict=True)
                if about
                else [[value] * len(new) for value in AboutConcept()]
            )
            columns = (numbers, new, [source] * len(new), *map(list, fields))
            self.store.insert("concept", ("id", "key", "source", *AboutConcept._fields), columns)
        return concept_ids

    def _hold_members(
        self,
        by_language: Mapping[str, tuple[Sequence[str], Sequence[str]]],
        concept_ids: Mapping[str, int],
        origin: Origin,
        weights: Sequence[float] | None = None,
    ) -> Added:
        added = dropped = 0
        for language, (keys, written) in by_language.items():
            words = lemmas(written)
            sure = np.ones(len(words)) if weights is None else np.array(weights, dtype=np.float64)
            if not all(words):
                sure = sure[[bool(word) for word in words]]
                keys = [key for key, word in zip(keys, words, strict=True) if word]
                words = [word for word in words if word]
                dropped += len(written) - len(words)
            check_encodable(words, origin.name)
            concepts = np.fromiter(map(concept_ids.__getitem__, keys), dtype=np.int64, count=len(keys))
            self._members.append((concepts, self._entries(language, words), sure))
            added += len(words)
        self.changed = True
        return Added(added, {"empty word": dropped} if dropped else {})

    def _found(self, table: str, values: Mapping[str, Any], *, among: Sequence[int] | None = None) -> int | None:
        same = " AND ".join(f"{name} = ?" for name in values)
        if among is not None:
            same += f" AND id IN ({', '.join(map(str, among)) or 'NULL'})"
        number: int | None = self.store.value(f"SELECT id FROM {table} WHERE {same}", list(values.values()))
        return number

    def _numbered(
        self,
        sources: tuple[str, list[str]],
        targets: tuple[str, list[str]],
        kind: int,
        source: int,
        weights: Weights,
        places: Sequence[int] | None,
    ) -> Edges:
        src, dst = self._entries(*sources), self._entries(*targets)
        rank = ranks(src, dst) if places is None else np.array(places, dtype=np.int64)
        return Edges(src, np.full(len(src), kind), dst, np.full(len(src), source), weights, rank)

    def _entries(self, language: str, words: Sequence[str]) -> Numbers:
        """The entry number of each word."""
        numbers = self.words.numbers(language, words)
        return np.fromiter(map(numbers.__getitem__, words), dtype=np.int64, count=len(words))

    def _hold(self, edges: Edges, progress: Progress) -> None:
        self._edges.append(edges)
        self.changed = True
        if sum(map(len, self._edges)) > HELD or self._evidence.held > HELD_EVIDENCE:
            self.settle(progress)

    def _write_ranks(self) -> None:
        if not self._ranks:
            return
        ranks, self._ranks = dict(sorted(self._ranks.items())), {}
        self.store.run("CREATE TEMP TABLE incoming (entry BIGINT PRIMARY KEY, place BIGINT)")
        self.store.insert("incoming", ("entry", "place"), (list(ranks), list(ranks.values())))
        self.store.run(
            "UPDATE entry SET freq_rank = incoming.place FROM incoming WHERE entry.id = incoming.entry "
            "AND (entry.freq_rank IS NULL OR entry.freq_rank > incoming.place)"
        )
        self.store.run("DROP TABLE incoming")

    def forget(self) -> None:
        """Know nothing of what the tables hold any more, after others removed some of it."""
        self.words.blocks.clear()
        self._sources.clear()
        self._old_sources.clear()

    def store_words(self) -> None:
        """Write new words at once; those of their languages are counted when more are added."""
        self._write_words(silent, recount=False)

    def _write_words(self, progress: Progress, *, recount: bool = True) -> None:
        new, grown_languages, keys = list(self.words.take_new()), list[int](), list[list[str]]()
        count = sum(len(words) for _, _, words in new)
        anew = count >= INDEXED_ANEW and count >= self.store.value("SELECT count(*) FROM entry")
        anew &= self.store.is_new or not self.store.postgres  # others read a table there, which would have to wait
        if anew:
            for name in self._entry_indexes():
                self.store.run(f"DROP INDEX {name}")
        for code, first, words in new:
            language = self.words.language(code)
            numbers = range(first, first + len(words))
            tags = self.parts_of_speech.take(numbers)
            keys.append(search_keys(words, code))
            norms = [key if key != word else None for key, word in zip(keys[-1], words, strict=True)]
            columns = (numbers, [language] * len(words), words, norms, tags, articles(words))
            watched = _watched(progress, "Storing words")
            self.store.insert("entry", ("id", "language", "lemma", "norm", "pos", "articles"), columns, watched=watched)
            if recount and grown(first - language * BLOCK, len(words)):
                grown_languages.append(language)
        if anew:
            for statement in progress(list(self._entry_indexes().values()), "Indexing words"):
                self.store.run(statement)
        for (code, first, words), own_keys in progress(list(zip(new, keys, strict=True)), "Finding other spellings"):
            note_variants(self.store, self.words.language(code), first, words, own_keys)
        for language in grown_languages:
            self._recounted += count_articles(self.store, language)
        for _, first, words in progress([] if self.store.postgres else new, "Indexing for search"):
            self.store.run(
                "INSERT INTO entry_search (rowid, text) SELECT id, text FROM entry_text WHERE id BETWEEN ? AND ?",
                (first, first + len(words) - 1),
            )

    def _entry_indexes(self) -> Mapping[str, str]:
        from isogloss.kg.storage.tables import definitions

        return definitions(self.store.dialect)["entry"].indexes

    def _write_edges(self, edges: Edges, progress: Progress) -> None:
        empty = self.store.value("SELECT 1 FROM edge LIMIT 1") is None
        prior = priors_of(self.store, edges.src, edges.relation, edges.dst) if empty else np.zeros(len(edges), np.int64)
        columns = (edges.src, edges.relation, edges.dst, edges.source, edges.weight, edges.rank, prior)
        watched = _watched(progress, "Storing edges")
        old = np.isin(edges.source, list(self._old_sources))
        again = bool(old.any()) and not empty  # only then can an edge be there already
        new = ~self._stored(columns[:4]) if again else np.ones(len(edges), dtype=bool)
        with self.store.unchecked("edge") if empty else nullcontext():
            self.store.insert("edge", EDGE, columns, watched=watched, conflict=KEEP_BETTER if again else "")
        src, relation, dst, source = (column[new] for column in columns[:4])
        recounted = recount_cooccurrences(self.store, {} if empty else by_languages(src, relation, dst))
        add_counts(self.store, src, relation, dst, source)
        note_copies(self.store, *columns[:4], edges.rank)
        if empty:
            cache_hubs(self.store, edges.src, edges.relation, edges.dst, columns[3:])
            return
        touched = np.unique(edges.src)
        changed, self._recounted = around(self.store, self._recounted), []
        renewed = renew_priors_of(self.store, np.unique(np.concatenate([touched, changed, recounted])))
        find_hubs(self.store, np.union1d(touched, renewed).tolist())

    def _stored(self, columns: Sequence[Numbers]) -> NDArray[np.bool_]:
        """Which of some edges the table has already, whatever their weight."""
        self.store.run(f"CREATE TEMP TABLE incoming (place BIGINT, {', '.join(f'{name} BIGINT' for name in EDGE[:4])})")
        self.store.insert("incoming", ("place", *EDGE[:4]), (range(len(columns[0])), *columns))
        same = " AND ".join(f"e.{name} = i.{name}" for name in EDGE[:4])
        join = "JOIN" if self.store.postgres else "CROSS JOIN"  # SQLite keeps the order of a cross join
        rows = self.store.rows(f"SELECT i.place FROM incoming i {join} edge e ON {same}")
        self.store.run("DROP TABLE incoming")
        stored = np.zeros(len(columns[0]), dtype=bool)
        stored[np.array([row[0] for row in rows], dtype=np.int64)] = True
        return stored


def _relation(dictionary: Dictionary, relation: str | None) -> int:
    if relation is None:
        return SYNONYM if language_code(dictionary.source) == language_code(dictionary.target) else TRANSLATION
    if relation not in _NUMBER:
        raise FormatError(
            f"{dictionary.origin.name}: unknown relation {relation!r}, expected one of {', '.join(_NUMBER)}"
        )
    return _NUMBER[relation]


def _checked_weights(dictionary: Dictionary) -> Weights:
    weights = np.fromiter(map(itemgetter(2), dictionary.pairs), dtype=np.float64, count=len(dictionary))
    wrong = np.flatnonzero(~((weights >= 0) & (weights <= 1)))  # NaN is neither
    if len(wrong):
        pair = dictionary.pairs[wrong[0]]
        raise FormatError(
            f"{dictionary.origin.name}: found weight {pair.weight} of {pair.source!r} and {pair.target!r}, "
            "expected a probability from 0 to 1"
        )
    return weights


def _fault(source: str, target: str, one_language: bool, dropped: Counter[str]) -> bool:
    reason = "empty word" if not (source and target) else "word paired with itself"
    if source and target and not (one_language and source == target):
        return False
    dropped[reason] += 1
    return True


def _watched(progress: Progress, description: str) -> Callable[[range], Iterator[int]]:
    return lambda steps: progress(steps, description, len(steps))
