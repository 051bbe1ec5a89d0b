"""Ways into a graph for someone who looks around: completion, the language of a word, any word, concepts by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from isogloss.data.dictionary import Origin
from isogloss.kg.graph import Graph
from isogloss.kg.query.claims import Claims
from isogloss.kg.query.listing import weight_of
from isogloss.kg.query.lookup import LAST
from isogloss.kg.query.translation import named
from isogloss.kg.results import Neighbor, Step, Word
from isogloss.kg.storage.judgements import rejected_of
from isogloss.kg.storage.schema import BLOCK, CONCEPT_EDGE, RELATION_CODE, TRANSLATION, within
from isogloss.kg.storage.spelling import check_encodable, lemma, search_key
from isogloss.kg.storage.store import Row, marks

READ = 20_000  # words with one beginning that are ranked at most, which takes some 30 ms; round number
DRAWN = 8  # words of which the most usual is the random one; round number
CONCEPTS, MEMBERS, RELATED = 50, 2_000, 200  # of a word that are listed at most; round numbers

_COLUMNS = "lemma, pos, freq_rank, id, articles"
_MOST_USUAL = "ORDER BY articles DESC, freq_rank IS NULL, freq_rank, length(lemma), id LIMIT ?"
# Both ranges are ranges of an index; a word that is its own search form has none stored.
_BEGINNING = (
    f"SELECT {_COLUMNS} FROM (SELECT {_COLUMNS} FROM entry WHERE lemma >= ? AND lemma < ? AND norm IS NULL "
    f"AND language IN ({{keys}}) LIMIT {READ}) AS words {_MOST_USUAL}",
    f"SELECT {_COLUMNS} FROM (SELECT {_COLUMNS} FROM entry WHERE norm >= ? AND norm < ? "
    f"AND language IN ({{keys}}) LIMIT {READ}) AS words {_MOST_USUAL}",
)
_WRITTEN = f"SELECT {_COLUMNS} FROM entry WHERE {{column}} = ? AND language IN ({{{{keys}}}})"
_NAMED = (
    "SELECT c.id, c.key, c.source, c.pos, c.definition, c.cohesion FROM concept c WHERE c.key = ? "
    "AND c.source IN ({keys}) ORDER BY c.source"
)
_CONCEPTS_OF = (
    "SELECT c.id, c.key, c.source, c.pos, c.definition, c.cohesion FROM concept c WHERE c.id IN "
    "(SELECT concept FROM concept_member WHERE entry IN ({keys})) ORDER BY c.key LIMIT ?"
)
_MEMBERS = (
    "SELECT m.concept, e.lemma, e.pos, e.freq_rank, e.id FROM concept_member m JOIN entry e ON e.id = m.entry "
    "WHERE m.concept = ? ORDER BY m.weight DESC, m.entry LIMIT ?"
)


@dataclass(frozen=True)
class Concept:
    """A meaning that words share, as a source has it; ``words`` are at most ``MEMBERS``, by language."""

    key: str
    source: Origin
    pos: str
    definition: str
    cohesion: float | None
    words: Mapping[str, tuple[str, ...]]


def completions(graph: Graph, text: str, languages: Collection[str] | None = None, *, k: int = 10) -> list[Word]:
    """Words that begin with ``text``, whatever their case and accents: the whole word first, then the most usual.

    Raises:
        VocabularyError: The graph has no such language.
    """
    check_encodable([text], "the question")
    form = search_key(lemma(text))
    if not form:
        return []
    rows: list[Row] = []
    numbers = _numbers(graph, languages)
    for query in _BEGINNING:
        for start in range(0, len(numbers), 200):
            chunk = numbers[start : start + 200]
            rows += graph.store.rows(query.format(keys=marks(len(chunk))), (form, form + LAST, *chunk, 4 * k))
    rows.sort(key=lambda row: (search_key(row[0]) != form, *_usual(row)))
    return _distinct(graph, rows)[:k]


def written(graph: Graph, word: str) -> list[Word]:
    """The entries of a word in any language, those written just so and the most usual first."""
    check_encodable([word], "the question")
    tidy = lemma(word)
    form = search_key(tidy)
    lookups = (("lemma", tidy), ("lemma", form), ("norm", form))
    rows = [
        row
        for column, value in lookups
        for row in graph.store.in_chunks(_WRITTEN.format(column=column), _numbers(graph, None), (value,))
    ]
    rows.sort(key=lambda row: (row[0] != tidy, *_usual(row)))
    return _distinct(graph, rows)


def random_word(graph: Graph, random: Random, language: str | None = None) -> Word | None:
    """A word drawn at random, of several the most usual; ``None`` where there is none."""
    numbers = _numbers(graph, None if language is None else [language])
    drawn: list[Row] = []
    for number in random.choices(numbers, k=DRAWN) if numbers else ():
        first, last = graph.store.rows("SELECT min(id), max(id) FROM entry WHERE language = ?", (number,))[0]
        if first is not None:
            at = random.randint(first, last)
            drawn += graph.store.rows(f"SELECT {_COLUMNS} FROM entry WHERE id >= ? ORDER BY id LIMIT 1", (at,))
    return _distinct(graph, sorted(drawn, key=_usual))[0] if drawn else None


def concepts_named(graph: Graph, key: str) -> list[Concept]:
    """The concepts that any source calls ``key``."""
    check_encodable([key], "the question")
    rows = list(graph.store.in_chunks(_NAMED, sorted(graph.catalogue.sources), (key,)))
    return [_concept(graph, row) for row in rows]


def concepts_of(graph: Graph, words: Sequence[Word]) -> list[Concept]:
    """The concepts that entries belong to, ``CONCEPTS`` at most."""
    if not words or not graph.catalogue.has_concepts:
        return []
    rows = graph.store.rows(_CONCEPTS_OF.format(keys=marks(len(words))), (*(word.id for word in words), CONCEPTS))
    return [_concept(graph, row) for row in rows]


def translated_into(graph: Graph, words: Sequence[Word]) -> dict[str, int]:
    """The languages that sources translate the words into, and the translations in each, most first."""
    if not words:
        return {}
    numbers = [word.id for word in words]
    places = marks(len(numbers))
    stated = f"SELECT src, dst FROM edge WHERE src IN ({places}) AND relation = {TRANSLATION}"
    if graph.catalogue.has_concepts:
        stated = f"{stated} UNION SELECT src, dst FROM {CONCEPT_EDGE} WHERE src IN ({places})"
        numbers *= 2
    query = f"SELECT dst / {BLOCK}, count(DISTINCT dst) FROM ({stated}) AS stated GROUP BY 1"
    counts: dict[int, int] = dict(graph.store.rows(query, numbers))
    for _, target in rejected_of(graph.store, [word.id for word in words], graph.catalogue.records):
        counts[target // BLOCK] = counts.get(target // BLOCK, 0) - 1
    counts.pop(graph.language_number(words[0].language), None)
    codes = graph.catalogue.codes
    return {
        codes[number]: count
        for number, count in sorted(counts.items(), key=lambda item: (-item[1], codes[item[0]]))
        if count > 0
    }


def untranslated(graph: Graph, language: str, to: str, *, k: int) -> list[Word]:
    """The most usual words of a language that have no translation into another; single letters are none."""
    numbers, to_numbers = graph.language_numbers(language), graph.language_numbers(to)
    query = (
        f"SELECT {_COLUMNS} FROM entry e WHERE language IN ({marks(len(numbers))}) AND NOT EXISTS (SELECT 1 FROM edge "
        f"WHERE src = e.id AND relation = {TRANSLATION} AND {within('dst', to_numbers)}) {_MOST_USUAL}"
    )
    rows = graph.store.rows(query, (*numbers, 10 * k))
    if graph.catalogue.has_concepts:
        shared = f"SELECT src FROM {CONCEPT_EDGE} WHERE {within('dst', to_numbers)} AND src IN ({{keys}})"
        named_so = {row[0] for row in graph.store.in_chunks(shared, [row[3] for row in rows])}
        rows = [row for row in rows if row[3] not in named_so]
    return _distinct(graph, [row for row in rows if len(row[0]) > 1 or row[0].lower() == row[0].upper()])[:k]


def computed(graph: Graph, language: str, to: str, *, k: int) -> list[Step]:
    """Translations that were induced or inferred and that no other source has, the least sure (nearest 0.5) first."""
    numbers, to_numbers = graph.language_numbers(language), graph.language_numbers(to)
    source_numbers = [
        number for number, origin in graph.catalogue.sources.items() if origin.kind in ("induced", "inferred")
    ]
    places = marks(len(source_numbers)) or "NULL"
    query = (
        f"SELECT src, dst, max(weight) FROM edge e WHERE {within('src', numbers)} AND relation = ? "
        f"AND {within('dst', to_numbers)} AND source IN ({places}) AND NOT EXISTS (SELECT 1 FROM edge o "
        f"WHERE o.src = e.src AND o.relation = e.relation AND o.dst = e.dst AND o.source NOT IN ({places})) "
        "GROUP BY src, dst ORDER BY abs(max(weight) - 0.5), src LIMIT ?"
    )
    rows = graph.store.rows(query, (TRANSLATION, *source_numbers, *source_numbers, k))
    names = named(graph.store, {number for row in rows for number in row[:2]}, graph.catalogue.codes)
    claims = Claims(graph.store, graph.catalogue.terms(None), graph.catalogue.explained)
    return [
        Step(names[start], "translation", names[end], weight, claims.between(start, [end]).get(end, ()))
        for start, end, weight in rows
    ]


def related(graph: Graph, words: Sequence[Word]) -> list[Neighbor]:
    """What edges other than translations lead to, ``RELATED`` of a word at most, by relation and surest first."""
    claims = Claims(graph.store, graph.catalogue.terms(None), graph.catalogue.explained)
    neighbors = []
    for word in words:
        query = "SELECT DISTINCT relation, dst FROM edge WHERE src = ? AND relation > ? LIMIT ?"
        edges = graph.store.rows(query, (word.id, TRANSLATION, RELATED))
        names = named(graph.store, {target for _, target in edges}, graph.catalogue.codes)
        for relation in sorted({relation for relation, _ in edges}):
            claims_of = claims.between(word.id, [target for kind, target in edges if kind == relation], relation)
            neighbors += [
                Neighbor(RELATION_CODE[relation], names[end], weight_of(statements), statements)
                for end, statements in claims_of.items()
            ]
    return sorted(neighbors, key=lambda neighbor: (neighbor.relation, -neighbor.weight, neighbor.word.word))


def _concept(graph: Graph, row: Row) -> Concept:
    number, key, source, pos, definition, cohesion = row
    words: dict[str, list[str]] = {}
    for member in graph.store.rows(_MEMBERS, (number, MEMBERS)):
        words.setdefault(graph.catalogue.codes[member[-1] // BLOCK], []).append(member[1])
    by_language = {code: tuple(dict.fromkeys(words[code])) for code in sorted(words)}
    return Concept(key, graph.catalogue.sources[source], pos, definition, cohesion, by_language)


def _numbers(graph: Graph, languages: Collection[str] | None) -> list[int]:
    if languages is None:
        return sorted(graph.catalogue.codes)
    return [number for code in languages for number in graph.language_numbers(code)]


def _usual(row: Row) -> tuple[float, ...]:
    return -row[4], float("inf") if row[2] is None else row[2], len(row[0]), row[3]


def _distinct(graph: Graph, rows: Iterable[Row]) -> list[Word]:
    """The words of rows, one of each spelling in a language."""
    words: dict[tuple[str, str], Word] = {}
    for written_so, pos, rank, number, _ in rows:
        code = graph.catalogue.codes[number // BLOCK]
        words.setdefault((written_so, code), Word(written_so, code, pos, rank, number))
    return list(words.values())
