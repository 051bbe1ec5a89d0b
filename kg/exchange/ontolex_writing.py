"""Writes a graph as a lexicon in OntoLex-Lemon, as N-Triples or Turtle.

A word is a lexical entry with one form and one sense. A translation is a ``vartrans:Translation`` between senses with
the weight as its ``rdf:value``, whoever says so as its ``dcterms:source``, the sense as its ``rdfs:comment``, the run
that made it as what it ``prov:wasGeneratedBy`` and its place in an article as its ``urn:isogloss:place``; other
relations are a ``vartrans:SenseRelation`` with a category of LexInfo; concepts are lexical concepts. What no common
vocabulary has a term for is under ``urn:isogloss:``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import IO

from isogloss.data.dictionary import Origin
from isogloss.kg.exchange.ontolex_terms import (
    DCTERMS,
    ILI,
    LEXINFO,
    LIME,
    ONTOLEX,
    OURS,
    PROV,
    RDF,
    RDFS,
    RELATIONS,
    SKOS,
    TAGS,
    VARTRANS,
)
from isogloss.kg.exchange.selection import PLACED, Row, Selected, SelectedConcept
from isogloss.kg.exchange.tsv import sense_and_rest
from isogloss.kg.exchange.wn_lmf import ILI as ILI_NAME
from isogloss.kg.storage.schema import BLOCK, RELATION_CODE, TRANSLATION

_PREFIXES = {
    "dcterms": DCTERMS,
    "lexinfo": LEXINFO,
    "lime": LIME,
    "ontolex": ONTOLEX,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "vartrans": VARTRANS,
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_UNSAFE = re.compile('[\x00-\x20<>"{}|^`\\\\%#\x7f-\xa0\u2028\u2029\ufdd0-\ufdef\ufff0-\uffff]')  # in an IRI
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029]')  # in a literal
_GAP = "\ue000"  # a character for private use, where something is to be filled in
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_END = " .\n"


class Notation:
    """How terms are written: with their prefixes, a subject's facts after one another, or each triple in full."""

    def __init__(self, *, turtle: bool) -> None:
        self.turtle = turtle

    @property
    def head(self) -> str:
        """What comes first."""
        return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _PREFIXES.items()) + "\n" if self.turtle else ""

    def about(self, subject: str, *facts: str) -> str:
        """The text that says ``facts``, each a predicate and an object, of ``subject``."""
        if self.turtle:
            return f"{subject} {' ; '.join(facts)}{_END}"
        return "".join([f"{subject} {fact} .\n" for fact in facts])

    def continued(self, text: str, subject: str, *facts: str) -> str:
        """A text about ``subject`` with further facts."""
        if self.turtle and facts:
            return f"{text.removesuffix(_END)} ; {' ; '.join(facts)}{_END}"
        return text + self.about(subject, *facts)

    def term(self, name: str) -> str:
        """A term given with its prefix."""
        if self.turtle:
            return name
        prefix, _, local = name.partition(":")
        return f"<{_PREFIXES[prefix]}{local}>"


def write_ntriples(selected: Selected, path: Path) -> int:
    """Write the selected part of a graph as N-Triples; the number of edges, of concepts one for each member."""
    return _Writer(selected, Notation(turtle=False)).write(path)


def write_turtle(selected: Selected, path: Path) -> int:
    """Write the selected part of a graph as Turtle; the number of edges, of concepts one for each member."""
    return _Writer(selected, Notation(turtle=True)).write(path)


class _Writer:
    """Writes each word before the first edge that needs it."""

    def __init__(self, selected: Selected, notation: Notation) -> None:
        self.selected = selected
        self.notation = notation
        sizes = selected.store.rows("SELECT language, max(id) FROM entry GROUP BY language")
        self._written = {language: bytearray(last % BLOCK + 1) for language, last in sizes}
        self._starts = {number: f"<{OURS}{code}:" for number, code in selected.codes.items()}
        self._tagged = bool(selected.store.rows("SELECT 1 FROM entry WHERE pos <> '' LIMIT 1"))
        self._edges = 0
        self._parts: dict[tuple[int, str], tuple[list[str], str]] = {}

    def write(self, path: Path) -> int:
        """The whole file."""
        with path.open("w", encoding="utf-8", newline="\n") as out:
            out.write(self.notation.head)
            for number, origin in self.selected.origins.items():
                if number in self.selected.permitted:
                    out.write(self._origin(number, origin))
            for run in self.selected.runs():
                out.write(self._run(*run))
            for rows in self.selected.claims(PLACED):
                self._write_rows(rows, out)
            members = 0
            for number, shared in enumerate(self.selected.concepts(), 1):
                iris = self._write_entries([(member.entry, member.word) for member in shared.members], out)
                out.write(self._concept(number, shared, iris))
                members += len(shared.members)
        return self._edges + members

    def _write_rows(self, rows: list[Row], out: IO[str]) -> None:
        ends = {row[0]: row[1] for row in rows}
        ends.update((row[3], row[4]) for row in rows)
        senses = dict(zip(ends, self._write_entries(list(ends.items()), out), strict=True))
        parts = {relation: self._edge_parts(relation) for relation in {row[2] for row in rows}}
        first = self._edges
        self._edges += len(rows)
        at, integer = f'<{OURS}place> "', f'"^^{self.notation.term("xsd:integer")}'
        lines = []
        for number, (source, _, relation, target, _, weight, by, _, _, place, run, facts) in enumerate(rows, first):
            if self.notation.turtle:
                a, b, c, d, e, f = parts[relation]
                f = f" ; {at}{place}{integer}{f}" if place else f
                lines.append(f"{a}{number}{b}{senses[source]}{c}{senses[target]}{d}{weight!r}{e}{by}{f}")
            else:  # where every fact repeats its subject
                n = str(number)
                a, b, c, d, e, f, g, h, i, j = parts[relation]
                start, end = senses[source], senses[target]
                j = f"{j}_:e{n} {at}{place}{integer} .\n" if place else j
                lines.append(f"{a}{n}{b}{n}{c}{start}{d}{n}{e}{end}{f}{n}{g}{weight!r}{h}{n}{i}{by}{j}")
            if facts or run is not None:
                lines[-1] = self.notation.continued(lines[-1], f"_:e{number}", *self._reason(run, facts))
        out.write("".join(lines))

    def _edge_parts(self, relation: int) -> list[str]:
        """The text of an edge round its number, its ends, its weight and the number of its source."""
        term = self.notation.term
        kind = f"{self._type} {term('vartrans:Translation')}"
        if relation != TRANSLATION:
            kind = f"{term('vartrans:category')} {term('lexinfo:' + RELATIONS[RELATION_CODE[relation]])}"
        return self.notation.about(
            f"_:e{_GAP}",
            kind,
            f"{term('vartrans:source')} {_GAP}",
            f"{term('vartrans:target')} {_GAP}",
            f'{term("rdf:value")} "{_GAP}"^^{term("xsd:double")}',
            f"{term('dcterms:source')} _:s{_GAP}",
        ).split(_GAP)

    def _reason(self, run: int | None, facts: str | None) -> list[str]:
        """Why an edge was found, as facts."""
        sense, evidence = sense_and_rest(facts or "")
        statements = [] if run is None else [f"{self.notation.term('prov:wasGeneratedBy')} _:r{run}"]
        if sense:
            statements.append(f'{self.notation.term("rdfs:comment")} "{escaped(sense)}"')
        if evidence:
            statements.append(f'<{OURS}evidence> "{escaped(evidence)}"')
        return statements

    def _run(self, number: int, method: str, settings: str, seed: str, version: str, started: str) -> str:
        term = self.notation.term
        values = {"rdfs:label": method, "dcterms:hasVersion": version, "prov:startedAtTime": started}
        facts = [f'{term(name)} "{escaped(value)}"' for name, value in values.items()]
        own_terms = [f'<{OURS}settings> "{escaped(settings)}"', f'<{OURS}seed> "{seed}"']
        return self.notation.about(f"_:r{number}", f"{self._type} {term('prov:Activity')}", *facts, *own_terms)

    @property
    def _type(self) -> str:
        return "a" if self.notation.turtle else self.notation.term("rdf:type")

    def _write_entries(self, entries: list[tuple[int, str]], out: IO[str]) -> list[str]:
        """Write those that are not written yet; the senses of all of them."""
        local = replaced(_UNSAFE, _percent, [word for _, word in entries])
        names = [self._starts[number // BLOCK] + word for (number, _), word in zip(entries, local, strict=True)]
        new = []
        for (number, word), name in zip(entries, names, strict=True):
            written = self._written[number // BLOCK]
            if not written[number % BLOCK]:
                written[number % BLOCK] = 1
                new.append((number, word, name))
        tags: dict[int, str] = dict(
            self.selected.store.in_chunks(
                "SELECT id, pos FROM entry WHERE pos <> '' AND id IN ({keys})", (number for number, _, _ in new)
            )
            if self._tagged
            else ()
        )
        texts = replaced(_ESCAPED, _character, [word for _, word, _ in new])
        lines: list[str] = []
        for (number, _, name), text in zip(new, texts, strict=True):
            key = number // BLOCK, tags.get(number, "")
            parts = self._parts.get(key)
            if parts is None:
                parts = self._parts[key] = self._entry_parts(*key)
            lines += (name.join(parts[0]), text, parts[1])
        out.write("".join(lines))
        return [f"{name}#sense>" for name in names]

    def _entry_parts(self, language: int, tags: str) -> tuple[list[str], str]:
        """The text of a word of a language round its name, up to the word itself; and what follows that."""
        term, about = self.notation.term, self.notation.about
        code = self.selected.codes[language]
        facts = [
            f"{self._type} {term('ontolex:LexicalEntry')}",
            f'{term("lime:language")} "{code}"',
            f"{term('ontolex:canonicalForm')} {_GAP}#form>",
            f"{term('ontolex:sense')} {_GAP}#sense>",
            *self._parts_of_speech(tags),
        ]
        end = f'"@{code}'
        written = f'{term("ontolex:writtenRep")} "{end}'
        text = about(f"{_GAP}>", *facts) + about(f"{_GAP}#form>", f"{self._type} {term('ontolex:Form')}", written)
        before, _, after = text.rpartition(end)
        return before.split(_GAP), end + after

    def _parts_of_speech(self, tags: str) -> list[str]:
        term = self.notation.term
        named = (term(f"lexinfo:{TAGS[tag]}") if tag in TAGS else f"<{OURS}pos/{tag}>" for tag in tags.split())
        return [f"{term('lexinfo:partOfSpeech')} {name}" for name in named]

    def _origin(self, number: int, origin: Origin) -> str:
        values = {
            "dcterms:title": origin.name,
            "dcterms:license": origin.licence,
            "dcterms:hasVersion": origin.version,
            "rdfs:seeAlso": origin.url,
        }
        facts = [f'{self.notation.term(name)} "{escaped(value)}"' for name, value in values.items()]
        own_terms = [f'<{OURS}kind> "{escaped(origin.kind)}"', f'<{OURS}quality> "{origin.quality!r}"']
        return self.notation.about(f"_:s{number}", *facts, *own_terms)

    def _concept(self, number: int, shared: SelectedConcept, senses: list[str]) -> str:
        term, key, about = self.notation.term, shared.key, shared.about
        return self.notation.about(
            f"_:c{number}",
            f"{self._type} {term('ontolex:LexicalConcept')}",
            f'{term("skos:notation")} "{escaped(key)}"',
            f"{term('dcterms:source')} _:s{shared.origin}",
            *([f"{term('skos:exactMatch')} <{ILI}{key}>"] if ILI_NAME.fullmatch(key) else ()),
            *self._parts_of_speech(about.pos),
            *([f'{term("skos:definition")} "{escaped(about.definition)}"'] if about.definition else ()),
            *(f"{term('ontolex:lexicalizedSense')} {sense}" for sense in senses),
        )


def replaced(signs: re.Pattern[str], by: Callable[[re.Match[str]], str], words: list[str]) -> list[str]:
    """Words with some signs replaced, all at once: ``_GAP`` stands in no word, else they go one by one."""
    joined = _GAP.join(words)
    if joined.count(_GAP) == len(words) - 1:
        return (joined if signs.search(joined) is None else signs.sub(by, joined)).split(_GAP)
    return [signs.sub(by, word) for word in words]


def escaped(text: str) -> str:
    """Text as it stands between the quotation marks of a literal."""
    return text if _ESCAPED.search(text) is None else _ESCAPED.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    return _SHORT.get(match[0]) or f"\\u{ord(match[0]):04X}"


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())
