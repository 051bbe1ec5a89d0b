"""What of a graph goes out: between which languages, under which licences, how sure at least."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from isogloss.data.dictionary import Origin
from isogloss.data.licence import permits
from isogloss.kg.graph import Graph
from isogloss.kg.storage.concept_pairs import LARGEST, large_concepts, without
from isogloss.kg.storage.fusion import SourceRecords
from isogloss.kg.storage.judgements import JUDGED_RELATIONS, rejected
from isogloss.kg.storage.loading import AboutConcept
from isogloss.kg.storage.schema import BLOCK, CONCEPT_EDGE, INVERSE, RELATION_CODE, RELATIONS, SAME_CONCEPT, within

new_line = tuple.__new__  # takes half the time of calling the class of a named tuple
_SYMMETRIC = ", ".join(str(number) for number, _, symmetric, _ in RELATIONS if symmetric)
_FORWARD = ", ".join(str(number) for number, _, _, inverse in RELATIONS if number < inverse)

# Every edge once, though both ends keep it.
ONCE = f"(e.relation IN ({_SYMMETRIC}) AND e.src < e.dst OR e.relation IN ({_FORWARD}))"
# The same from the word whose article it stands in: twice where it stands in the articles of both.
PLACED = (
    f"(e.relation IN ({_SYMMETRIC}) AND (e.rank > 0 OR e.rank = 0 AND e.src < e.dst) OR e.relation IN ({_FORWARD}))"
)

_EDGES = (
    "SELECT e.src, s.lemma, e.relation, e.dst, t.lemma, e.weight, e.source FROM edge e "
    "JOIN entry s ON s.id = e.src JOIN entry t ON t.id = e.dst WHERE "
)
_LINES = (
    "SELECT e.src, s.lemma, e.relation, e.dst, t.lemma, e.weight, e.source, s.pos, t.pos, e.rank, {facts} "
    "FROM edge e JOIN entry s ON s.id = e.src JOIN entry t ON t.id = e.dst {evidence} WHERE {ends}"
)
_CONCEPT_LINES = (
    f"SELECT src, s.lemma, {SAME_CONCEPT}, dst, t.lemma, weight, concept_edge.source, s.pos, t.pos, 0, c.key "
    f"FROM {CONCEPT_EDGE} JOIN entry s ON s.id = src JOIN entry t ON t.id = dst JOIN concept c ON c.id = concept WHERE "
)
# The evidence of edges ``e`` in their own direction and in the other; it is kept in the one that it was found in.
EVIDENCE = (
    "JOIN relation r ON r.id = e.relation "
    "LEFT JOIN evidence v ON v.src = e.src AND v.relation = e.relation AND v.dst = e.dst AND v.source = e.source "
    "LEFT JOIN evidence w ON w.src = e.dst AND w.relation = r.inverse AND w.dst = e.src AND w.source = e.source"
)

_MEMBERS = (
    "SELECT c.id, c.key, c.source, c.pos, c.definition, c.cohesion, e.language, e.lemma, e.id, m.weight FROM concept c "
    "JOIN concept_member m ON m.concept = c.id JOIN entry e ON e.id = m.entry ORDER BY c.id, e.language, e.lemma"
)

_DESCRIBED = (
    "SELECT n.language, n.lemma, n.pos, n.freq_rank FROM entry n WHERE (n.pos <> '' OR n.freq_rank IS NOT NULL) AND "
)

_ORIGIN = itemgetter(6)
TRANSLATIONS = ("translation", "same_concept")  # relations of words that translate each other
_NO_PLACE = 1 << 31  # sorts behind every place in an article, of which the table of edges holds 31 bits

Row = tuple[Any, ...]  # number, word, relation, number, word, weight, source, and what else was asked for


class Line(NamedTuple):
    """An edge as one source claims it."""

    source_language: str
    source: str
    relation: str
    target_language: str
    target: str
    weight: float
    origin: int  # number of the source
    source_pos: str = ""  # tags with blanks between
    target_pos: str = ""
    facts: str = ""  # the evidence as JSON
    concept: str = ""  # the key, where a concept makes the edge
    place: int = 0  # of the target in the article on the source, from 1; negative the other way round; 0 in none

    @property
    def ends(self) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
        """The language, the word and the part of speech at either end."""
        source = self.source_language, self.source, self.source_pos
        return source, (self.target_language, self.target, self.target_pos)


def order(place: int) -> int:
    """Where a translation stands among others: by its place in the article on the word, then in those on itself."""
    return place if place > 0 else _NO_PLACE if place == 0 else _NO_PLACE // 2 - place


class Described(NamedTuple):
    """A word with what is known of it."""

    language: str
    word: str
    pos: str  # tags with blanks between
    rank: int | None  # by frequency


class Member(NamedTuple):
    """A word of a concept."""

    language: str
    word: str
    entry: int  # its number
    weight: float = 1.0  # how surely it belongs


class SelectedConcept(NamedTuple):
    """A concept with its words in the languages that go out."""

    key: str
    origin: int  # number of the source
    members: list[Member]
    about: AboutConcept = AboutConcept()


@dataclass(frozen=True)
class Selection:
    """A part of a graph: all of it, or what all the limits let through."""

    source: str | None = None
    target: str | None = None
    licences: Collection[str] | None = None
    min_weight: float = 0.0


class Selected:
    """The selected part of a graph; counts what goes out, by source, and what does not, by reason."""

    def __init__(self, graph: Graph, selection: Selection) -> None:
        self.store = graph.store
        self.selection = selection
        self.counts: Counter[int] = Counter()
        self.left_out: Counter[str] = Counter()
        rows = self.store.rows(
            "SELECT id, name, licence, kind, url, quality, version, has_evidence FROM source ORDER BY id"
        )
        self.origins = {number: Origin(*terms) for number, *terms, _ in rows}
        self.explained = any(row[-1] for row in rows)  # whether any edge has evidence
        self.permitted = {
            number for number, origin in self.origins.items() if permits(selection.licences, origin.licence)
        }
        records = SourceRecords.of(self.store)
        self._judges = records.judges
        self._rejected = rejected(self.store, records)
        self.whole = selection.min_weight <= 0 and len(self.permitted) == len(self.origins)  # between its languages
        codes = self.store.rows("SELECT id, code FROM language")
        self.codes: dict[int, str] = dict(codes)
        self._meant = {code: graph.language_numbers(code) for code in (selection.source, selection.target) if code}

    def lines(self, once: str = ONCE) -> Iterator[Line]:
        """Every selected edge once; between two named languages, in the direction that was asked for.

        With ``PLACED``, from each word in whose article it stands.
        """
        for rows in self.claims(once):
            for row in rows:
                yield self._line(row)
        if large := large_concepts(self.store):
            self.left_out[f"concept of more than {LARGEST:,} words, which jsonl, turtle and wn-lmf keep"] = len(large)
        ends = self._ends("src", "dst") or "src < dst"
        for rows in self._read(f"{_CONCEPT_LINES}({ends}) AND {without(large)}"):
            for *edge, concept in rows:
                yield self._line((*edge, None, None), concept)

    def claims(self, once: str = ONCE) -> Iterator[list[Row]]:
        """As ``edges``, each with the parts of speech at both ends, the place in the article, the run and the facts.

        Facts are those of its evidence, as JSON.

        Where no direction is asked for, an edge with evidence has that of its evidence; of two, it is there twice.
        """
        condition = self._ends("e.src", "e.dst")
        if not self.explained:
            yield from self._read(_LINES.format(facts="NULL, NULL", evidence="", ends=condition or once))
            return
        facts = "v.src, v.run, v.facts, w.src, w.run, w.facts"
        for rows in self._read(_LINES.format(facts=facts, evidence=EVIDENCE, ends=condition or once)):
            directed: list[Row] = []
            for *row, forth, run, evidence, back, run_back, said_back in rows:
                if back is None or (condition and forth is not None):
                    directed.append((*row, run, evidence))
                elif condition:
                    directed.append((*row, run_back, said_back))
                else:
                    if forth is not None:
                        directed.append((*row, run, evidence))
                    src, source, relation, dst, target, weight, by, pos, target_pos, place = row
                    turned = dst, target, INVERSE[relation], src, source, weight, by, target_pos, pos, -place
                    directed.append((*turned, run_back, said_back))
            yield directed

    def _line(self, row: Row, concept: str = "") -> Line:
        src, source, relation, dst, target, weight, by, pos, target_pos, place, _, facts = row
        ends = self.codes[src // BLOCK], source, RELATION_CODE[relation], self.codes[dst // BLOCK], target
        return new_line(Line, (*ends, weight, by, pos, target_pos, facts or "", concept, place))

    def edges(self) -> Iterator[list[Row]]:
        """Every selected edge once, some thousand at a time, without words that merely share a concept."""
        return self._read(_EDGES + (self._ends("e.src", "e.dst") or ONCE))

    def runs(self) -> list[Row]:
        """The number, method, settings (as JSON), seed, version and start of every run."""
        return self.store.rows("SELECT id, method, settings, seed, version, started FROM run ORDER BY id")

    def concepts(self) -> Iterator[SelectedConcept]:
        """Every selected concept with its words in the languages asked for, or in all; each word counts once."""
        wanted = {number for numbers in self._meant.values() for number in numbers}
        current, concept = 0, SelectedConcept("", 0, [])
        for rows in self.store.stream(_MEMBERS):
            for number, key, by, pos, definition, cohesion, language, written, entry, weight in rows:
                if by not in self.permitted or (wanted and language not in wanted):
                    continue
                if number != current:
                    if current:
                        yield concept
                    current, concept = number, SelectedConcept(key, by, [], AboutConcept(pos, definition, cohesion))
                concept.members.append(Member(self.codes[language], written, entry, weight))
                self.counts[by] += 1
        if current:
            yield concept

    def words(self) -> Iterator[Described]:
        """Every word that goes out of which more is known than how it is written."""
        for rows in self.store.stream(_DESCRIBED + self._going_out()):
            for language, written, pos, rank in rows:
                yield Described(self.codes[language], written, pos, rank)

    def _going_out(self) -> str:
        """The condition that an entry has a selected edge or belongs to a selected concept."""
        if self.whole and not self._meant:
            return "true"
        sources = ", ".join(map(str, self.permitted)) or "NULL"
        ends = " OR ".join(f"({end})" for end in self._either_end("n.id", "e.dst"))
        languages = " OR ".join(within("n.id", numbers) for numbers in self._meant.values())
        return (
            f"(EXISTS (SELECT 1 FROM edge e WHERE e.src = n.id AND e.source IN ({sources}) AND ({ends}) "
            f"AND e.weight >= {float(self.selection.min_weight)!r}) OR ({languages or 'true'}) AND EXISTS (SELECT 1 "
            "FROM concept_member m JOIN concept c ON c.id = m.concept "
            f"WHERE m.entry = n.id AND c.source IN ({sources})))"
        )

    def either_way(self) -> list[str]:
        """Conditions that each find a part of the edges between the languages, whichever end they start from."""
        return self._either_end("e.src", "e.dst")

    def size(self) -> int:
        """How many stored edges there are in all, before any limit but the languages."""
        ends = self._ends(f"src_language * {BLOCK}", f"dst_language * {BLOCK}") or "src_language <= dst_language"
        return int(self.store.value(f"SELECT coalesce(sum(edges), 0) FROM coverage WHERE {ends}"))

    def one_way(self) -> bool:
        """Whether the graph has edges that mean something else when they are turned round."""
        rows = self.store.rows("SELECT DISTINCT relation FROM coverage")
        return any(INVERSE[relation] != relation for (relation,) in rows)

    def permits(self, origin: int, weight: float) -> bool:
        """Whether an edge may go out; if so it is counted."""
        if origin not in self.permitted or weight < self.selection.min_weight:
            return False
        self.counts[origin] += 1
        return True

    def leave_out(self, line: Line, reason: str) -> None:
        """Note that a line which ``lines`` handed out was not written."""
        self.counts[line.origin] -= 1
        self.left_out[reason] += 1

    def _either_end(self, src: str, dst: str) -> list[str]:
        forth, back = self._ends(src, dst), self._ends(dst, src)
        if not forth:
            return ["true"]
        return [forth] if forth == back else [forth, f"{back} AND NOT ({forth})"]

    def _read(self, query: str) -> Iterator[list[Row]]:
        for rows in self.store.stream(query):
            if self._judges:
                rows = [row for row in rows if not self._denied(row)]
            if self.whole:
                edges = [row for row in rows if row[0] != row[3]]
                self.counts.update(map(_ORIGIN, edges))
                yield edges
            else:
                yield [row for row in rows if row[0] != row[3] and self.permits(row[6], row[5])]

    def _denied(self, row: Row) -> bool:
        """Whether users reject the pair of an edge, or it is nothing but that one of them does."""
        pair = row[0], row[3]
        return (row[5] == 0 and row[6] in self._judges) or (row[2] in JUDGED_RELATIONS and pair in self._rejected)

    def _ends(self, src: str, dst: str) -> str:
        """The condition that the ends of an edge lie in the languages asked for."""
        ends = ((src, self.selection.source), (dst, self.selection.target))
        return " AND ".join(within(end, self._meant[code]) for end, code in ends if code)
