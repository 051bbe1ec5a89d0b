"""Reads lexicons in OntoLex-Lemon: DBnary's extracts of Wiktionary, what isogloss writes, and lexicons like them.

Read are words (``rdfs:label``, or the canonical form), parts of speech, DBnary's translations with their glosses,
translations and other relations of ``vartrans``, and lexical concepts. N-Triples and Turtle are told apart by content.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from isogloss.data.dictionary import KINDS, Origin, Pair
from isogloss.data.dictionary_formats.units import place_of
from isogloss.data.errors import FormatError
from isogloss.data.left_out import LeftOut, all_reasons
from isogloss.data.lines import head
from isogloss.data.text.parts_of_speech import part_of_speech
from isogloss.kg.exchange.gathering import (
    HELD,
    LONGEST,
    LONGEST_GLOSS,
    Gathering,
    Import,
    evidence_of,
    new_pair,
    probability_of,
)
from isogloss.kg.exchange.ontolex_terms import CATEGORIES, ILI, KINDS_OF_TRANSLATION, PREDICATES, Fact
from isogloss.kg.exchange.triple_join import Scratch, scratch
from isogloss.kg.exchange.triples import Facts, Value, read_ntriples
from isogloss.kg.exchange.turtle import read_turtle
from isogloss.kg.storage.loading import AboutConcept, Added
from isogloss.kg.storage.run import Run

WIKTIONARY = Origin("DBnary", "CC-BY-SA-3.0", url="http://kaiko.getalp.org/about-dbnary/")
_MAX_ROLES = 10_000  # roles that are kept in memory; a size limit, round number
_CHECKED_EVERY = 1000  # subjects between two checks of the memory limit; round number


def matches(path: Path) -> bool:
    """Whether ``path`` is named like N-Triples or Turtle, or begins like them."""
    if not path.is_file():
        return False
    start = head(path, 4096).lstrip().lower()
    suffixes = {".nt", ".ttl"} & set(path.suffixes)
    return bool(suffixes) or start.startswith((b"@prefix", b"@base", b"prefix ", b"<http", b"<urn:", b"_:"))


def read(job: Import) -> Added:
    """Add the translations, relations and concepts of a lexicon to a graph, or those between the languages named.

    Raises:
        FormatError: The file is missing, damaged, or says nothing of words; the message names the line.
    """
    with scratch() as rows:
        noted = _Noted(rows)
        read_triples = read_ntriples if _is_ntriples(job.path) else read_turtle
        read_triples(job.path, PREDICATES, noted.take, progress=job.progress)
        joined = _Joined(job, rows)
        joined.translations()
        joined.relations()
        if job.source is None and job.target is None:
            joined.concepts()
        added = joined.result()
    if not added.pairs:
        reasons = all_reasons(added.dropped, "of known predicates")
        raise FormatError.at(job.path, None, f"no relation of words ({reasons})", "a lexicon in OntoLex-Lemon")
    return added


def _is_ntriples(path: Path) -> bool:
    """By the first line that says something: in N-Triples it is a whole triple, without prefixes."""
    lines = (line.strip() for line in head(path).split(b"\n"))
    first = next((line for line in lines if line and not line.startswith(b"#")), b"")
    parts = first.split(None, 2)
    if suffixes := {".nt", ".ttl"} & set(path.suffixes):
        return suffixes == {".nt"}
    return len(parts) == 3 and parts[0].startswith((b"<", b"_:")) and parts[1].startswith(b"<") and first.endswith(b".")


def _usual(path: Path) -> Origin:
    """Who speaks where the file does not say."""
    return WIKTIONARY if b"kaiko.getalp.org/dbnary" in head(path) else Origin(path.name)


class _Noted:
    """Notes what subjects say in the tables."""

    def __init__(self, rows: Scratch) -> None:
        self.rows = rows
        self._subjects = 0
        self._roles: dict[tuple[int, ...], tuple[str, bool]] = {}  # by predicates, of which few sequences occur

    def take(self, subject: str, facts: Facts) -> None:
        """Sort the facts of a subject into the tables."""
        node, held = hash(subject), self.rows.held
        self._subjects += 1
        if self._subjects % _CHECKED_EVERY == 0:
            self.rows.spill()
        predicates = tuple(facts)
        role, other_roles = self._roles.get(predicates) or self._learn(predicates)
        if role == "translation":
            held["translation"].append((node, *self._translation(subject, facts)))
        elif role == "relation":
            category = _text(facts, Fact.CATEGORY)
            ends = _node(facts, Fact.RELATES_FROM), _node(facts, Fact.RELATES_TO)
            notes = (_text(facts, kind) for kind in (Fact.COMMENT, Fact.EVIDENCE))
            by, run = _node(facts, Fact.SAID_BY), _node(facts, Fact.MADE_BY)
            held["relation"].append((node, *ends, category, by, *notes, run, _text(facts, Fact.PLACE)))
        elif role == "run":
            held["run"].append((node, *(_text(facts, kind) for kind in _OF_RUNS)))
        elif role == "word":
            word = _first(facts, Fact.LABEL) or _first(facts, Fact.WRITTEN)
            language = _language(facts.get(Fact.LANGUAGE), word)
            tag = _tag(facts[Fact.PART_OF_SPEECH]) if Fact.PART_OF_SPEECH in facts else None
            held["entry"].append((node, word.text if word else None, language, tag, _node(facts, Fact.FORM)))
            for target in facts.get(Fact.TRANSLATABLE_AS, ()):
                held["relation"].append((hash(f"{subject} {target.text}"), node, hash(target.text), *[None] * 6))
        if other_roles:
            self._take_others(subject, facts)

    def _translation(self, subject: str, facts: Facts) -> tuple[int | None, str | None, str | None, int | None]:
        """The entry, the language and the word of a translation, and its gloss."""
        get = facts.get
        of, target, gloss = get(Fact.TRANSLATION_OF), get(Fact.TARGET), get(Fact.GLOSS)
        word = target[0] if target else None
        gloss_node = None
        if gloss:
            node, language = gloss[0]
            if language is not None:  # older extracts have it right here
                node, text = f"{subject} gloss", node
                self.rows.held["text"].append((hash(node), text))
            gloss_node = hash(node)
        language = _language(get(Fact.TARGET_LANGUAGE), word)
        return hash(of[0][0]) if of else None, language, word[0] if word else None, gloss_node

    def _learn(self, predicates: tuple[int, ...]) -> tuple[str, bool]:
        """What a subject with such facts is, and whether they say something else besides."""
        role = next((role for role, telling in _ROLES.items() if not telling.isdisjoint(predicates)), "")
        if len(self._roles) > _MAX_ROLES:
            self._roles.clear()
        verdict = self._roles[predicates] = role, not _OF_OTHERS.isdisjoint(predicates)
        return verdict

    def _take_others(self, subject: str, facts: Facts) -> None:
        node, held = hash(subject), self.rows.held
        for kind, objects in facts.items():
            if kind == Fact.SENSE:
                held["sense"] += [(hash(uri.text), node) for uri in objects]
            elif kind == Fact.VALUE:
                held["text"].append((node, objects[0].text))
            elif kind == Fact.SENSE_OF:
                held["sense"] += [(node, hash(uri.text)) for uri in objects]
            elif kind == Fact.EVOKED_BY:
                held["member"] += [(node, hash(uri.text)) for uri in objects]
            elif kind == Fact.EVOKES:
                for concept in objects:
                    held["member"].append((hash(concept.text), node))
                    self._note_concept(concept.text, None, None)
        if Fact.TITLE in facts or Fact.LICENCE in facts:
            held["origin"].append((node, *(_text(facts, kind) for kind in _OF_ORIGINS)))
        if Fact.EVOKED_BY in facts or Fact.NOTATION in facts:
            tag = _tag(facts[Fact.PART_OF_SPEECH]) if Fact.PART_OF_SPEECH in facts else None
            key, by = _text(facts, Fact.NOTATION), _node(facts, Fact.SAID_BY)
            self._note_concept(subject, key, by, tag, _text(facts, Fact.DEFINITION))

    def _note_concept(
        self, iri: str, key: str | None, by: int | None, pos: str | None = None, definition: str | None = None
    ) -> None:
        key = iri.removeprefix(ILI) if iri.startswith(ILI) else key
        self.rows.held["concept"].append((hash(iri), key, by, pos, definition))


_ROLES = {  # what a subject is, by the predicates that tell; the first that fits
    "run": frozenset((Fact.SETTINGS,)),
    "translation": frozenset((Fact.TRANSLATION_OF, Fact.TARGET_LANGUAGE, Fact.TARGET, Fact.GLOSS)),
    "relation": frozenset((Fact.RELATES_FROM, Fact.RELATES_TO, Fact.CATEGORY, Fact.EVIDENCE, Fact.MADE_BY)),
    "concept": frozenset((Fact.EVOKED_BY,)),
    "word": frozenset((Fact.LABEL, Fact.WRITTEN, Fact.FORM, Fact.LANGUAGE, Fact.PART_OF_SPEECH, Fact.TRANSLATABLE_AS)),
}
_OF_OTHERS = frozenset(
    (Fact.TITLE, Fact.LICENCE, Fact.SENSE, Fact.SENSE_OF, Fact.EVOKED_BY, Fact.EVOKES, Fact.NOTATION, Fact.VALUE)
)
_OF_RUNS = (Fact.LABEL, Fact.SETTINGS, Fact.SEED, Fact.VERSION, Fact.STARTED)
_OF_ORIGINS = (Fact.TITLE, Fact.LICENCE, Fact.VERSION, Fact.ADDRESS, Fact.KIND, Fact.QUALITY)


def _first(facts: Facts, kind: int) -> Value | None:
    values = facts.get(kind)
    return values[0] if values else None


def _text(facts: Facts, kind: int) -> str | None:
    values = facts.get(kind)
    return values[0].text if values else None


def _node(facts: Facts, kind: int) -> int | None:
    values = facts.get(kind)
    return hash(values[0].text) if values else None


def _language(languages: list[Value] | None, word: Value | None) -> str | None:
    """The language that a node names, as ``en`` or as the address ``…/iso639-3/eng``, else the tag of its word."""
    if not languages:
        return (word.language or None) if word else None
    text, language = languages[0]
    if language is None and len(languages) > 1:
        text, language = next((value for value in languages if value.language is not None and value.text), languages[0])
    return text if language is not None and text else _last_part(text)


@lru_cache(maxsize=10_000)
def _last_part(address: str) -> str:
    return address.rpartition("/")[2].rpartition("#")[2]


def _tag(categories: list[Value]) -> str | None:
    if len(categories) == 1:
        return _tag_of(categories[0].text) or None
    return " ".join(sorted({tag for text, _ in categories if (tag := _tag_of(text))})) or None


@lru_cache(maxsize=1000)
def _tag_of(address: str) -> str:
    return part_of_speech(address.rpartition("#")[2].rpartition("/")[2])


class _Joined:
    """Hands joined rows to the graph, by their origin."""

    def __init__(self, job: Import, rows: Scratch) -> None:
        self.graph = job.graph
        self.rows = rows
        usual = _usual(job.path)
        self.origins: dict[int | None, Origin] = {None: job.renamed(usual)}
        for node, *terms in rows.origins():
            self.origins[node] = job.renamed(_origin(usual, *terms))
        self.runs = {node: run for node, *terms in rows.runs() if (run := _run(*terms)) is not None}
        self.limits = job.source, job.target
        self.gathered: dict[tuple[int | None, int | None], Gathering] = {}  # by source and run
        self.unsaid = self._by(None)

    def translations(self) -> None:
        """Those of DBnary."""
        gathered = self.unsaid
        lists: dict[tuple[str | None, str | None], tuple[str, list[Pair]]] = {}  # by the languages as written
        tagged = None
        for word, language, tag, target, into, gloss in self.rows.translations():
            if gathered.held >= HELD:
                gathered.settle()
                lists.clear()
            pair_list = lists.get((language, into))
            if pair_list is None:
                codes = self._wanted(language, into)
                if codes is None:
                    continue
                pair_list = lists[language, into] = codes[0], gathered.pairs(*codes)
            if not self._sound(word, target):
                continue
            source_language, pairs = pair_list
            why = {"sense": gloss[:LONGEST_GLOSS]} if gloss else None
            pairs.append(new_pair(Pair, (word, target, 1.0, why)))
            gathered.held += 1
            if tag and tagged != (source_language, word, tag):
                tagged = source_language, word, tag
                gathered.tag(*tagged)

    def relations(self) -> None:
        """Those of ``vartrans``."""
        rows = self.rows.relations()
        for word, language, tag, target, into, target_tag, category, value, by, sense, facts, run, at in rows:
            codes = self._wanted(language, into)
            if codes is None or not self._sound(word, target):
                continue
            weight = 1.0 if value is None else probability_of(value)
            relation = CATEGORIES.get(category) if category else None
            if weight is None or (category and relation is None and not _is_translation(category)):
                reason = "weight that is not a probability" if weight is None else "unknown relation"
                self.unsaid.dropped.note(reason, f"{word} : {target}")
                continue
            why = evidence_of(sense, facts)
            if why is None:
                self.unsaid.dropped.note("evidence that is not a JSON object", facts or "")
                continue
            gathered = self._by(by, run)
            kind = relation or ("translation" if codes[0] == codes[1] else None)
            pairs, places = gathered.placed(*codes, kind)
            pairs.append(new_pair(Pair, (word, target, weight, why or None)))
            places.append(place_of(at))
            gathered.held += 1
            if gathered.held >= HELD:
                gathered.settle()
            for code, written, name in zip(codes, (word, target), (tag, target_tag), strict=True):
                if name:
                    gathered.tag(code, written, name)

    def concepts(self) -> None:
        """Lexical concepts with the words that evoke them."""
        by_source: dict[int | None, dict[str, dict[str, list[str]]]] = {}
        described: dict[int | None, dict[str, AboutConcept]] = {}
        for node, key, by, pos, definition, word, language, tag in self.rows.members():
            known_code, _ = self._languages(language, language)
            if known_code is not None and self._sound(word, word):
                name = key or f"{node & 0xFFFFFFFFFFFF:x}"
                by_source.setdefault(by, {}).setdefault(name, {}).setdefault(known_code, []).append(word)
                if pos or definition:
                    described.setdefault(by, {})[name] = AboutConcept(pos or "", definition or "")
                if tag:
                    self._by(by).tag(known_code, word, tag)
        for by, concepts in by_source.items():
            origin = self.origins.get(by, self.origins[None])
            self.unsaid.count(self.graph.add_concepts(concepts, origin))
            self.graph.describe_concepts(described.get(by, {}), origin)

    def result(self) -> Added:
        """What became of it all."""
        pairs, dropped = 0, LeftOut()
        for gathered in self.gathered.values():
            added = gathered.result()
            pairs += added.pairs
            dropped.include(added.dropped, added.examples)
        return Added(pairs, dict(dropped), dropped.examples)

    def _by(self, by: int | None, run: int | None = None) -> Gathering:
        key = by if by in self.origins else None, run if run in self.runs else None
        if key not in self.gathered:
            made = self.runs[key[1]] if key[1] is not None else None
            self.gathered[key] = Gathering(self.graph, self.origins[key[0]], *self.limits, run=made)
        return self.gathered[key]

    def _languages(self, *names: str | None) -> tuple[str | None, ...]:
        gathered = self.unsaid
        codes = tuple(gathered.language(name) if name else None for name in names)
        if None in codes:
            gathered.dropped.note("word of an unknown language", ", ".join(str(name) for name in names))
        return codes

    def _wanted(self, *names: str | None) -> tuple[str, str] | None:
        """The codes of two languages, where both are known and the pair is to be taken in."""
        source, target = self._languages(*names)
        gathered = self.unsaid
        if source is None or target is None:
            return None
        return (source, target) if gathered.source in (None, source) and gathered.target in (None, target) else None

    def _sound(self, word: str | None, target: str | None) -> bool:
        if word and target and len(word) <= LONGEST and len(target) <= LONGEST:
            return True
        self.unsaid.dropped.note("word empty or too long", f"{word or ''} : {target or ''}")
        return False


def _is_translation(category: str) -> bool:
    """Whether a category, or the class that says no more, is one of translations."""
    return category.endswith("ranslation") or category.startswith(KINDS_OF_TRANSLATION)


def _run(method: str | None, settings: str, seed: str | None, version: str | None, started: str | None) -> Run | None:
    """A run, ``None`` where its settings are damaged."""
    evidence = evidence_of(None, settings)
    if evidence is None or (seed and not seed.lstrip("-").isdecimal()):
        return None
    return Run(method or "", evidence, int(seed) if seed else None, version or "", started or "")


def _origin(usual: Origin, *terms: Any) -> Origin:
    title, licence, version, url, kind, quality = (term or "" for term in terms)
    trusted = probability_of(quality or "1")
    return replace(
        usual,
        name=title or usual.name,
        licence=licence,
        version=version,
        url=url,
        kind=kind if kind in KINDS else "dictionary",
        quality=1.0 if trusted is None else trusted,
    )
