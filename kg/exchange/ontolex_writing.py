"""Writes a graph as a lexicon in OntoLex-Lemon, as N-Triples or Turtle.

A word is a lexical entry with one form and one sense. A translation is a ``vartrans:Translation`` between senses with
the weight as its ``rdf:value`` and whoever says so as its ``dcterms:source``; other relations are a
``vartrans:SenseRelation`` with a category of LexInfo; concepts are lexical concepts.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO

from data.dictionary import Origin
from kg.exchange.ontolex_terms import DCTERMS, ILI, LEXINFO, LIME, ONTOLEX, OURS, RDF, RDFS, RELATIONS, SKOS, VARTRANS
from kg.exchange.selection import CODE, Row, Selected
from kg.exchange.wn_lmf import ILI as ILI_NAME
from kg.schema import BLOCK, TRANSLATION

_PREFIXES = {
    "dcterms": DCTERMS,
    "lexinfo": LEXINFO,
    "lime": LIME,
    "ontolex": ONTOLEX,
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "vartrans": VARTRANS,
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_UNSAFE = re.compile('[\x00-\x20<>"{}|^`\\\\%#\x7f-\xa0\u2028\u2029\ufdd0-\ufdef\ufff0-\uffff]')  # in an IRI
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029]')  # in a literal
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TAGS = {
    "ADJ": "adjective",
    "ADP": "adposition",
    "ADV": "adverb",
    "AUX": "auxiliary",
    "CCONJ": "coordinatingConjunction",
    "DET": "determiner",
    "INTJ": "interjection",
    "NOUN": "noun",
    "NUM": "numeral",
    "PART": "particle",
    "PRON": "pronoun",
    "PROPN": "properNoun",
    "SCONJ": "subordinatingConjunction",
    "SYM": "symbol",
    "VERB": "verb",
}


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
            return f"{subject} {' ; '.join(facts)} .\n"
        return "".join([f"{subject} {fact} .\n" for fact in facts])

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
        self._templates: dict[tuple[str, str], tuple[str, int]] = {}

    def write(self, path: Path) -> int:
        """The whole file."""
        with path.open("w", encoding="utf-8", newline="\n") as out:
            out.write(self.notation.head)
            for number, origin in self.selected.origins.items():
                if number in self.selected.permitted:
                    out.write(self._origin(number, origin))
            for rows in self.selected.edges():
                self._write_rows(rows, out)
            members = 0
            for number, shared in enumerate(self.selected.concepts(), 1):
                iris = self._write_entries([(each.entry, each.word) for each in shared.members], out)
                out.write(self._concept(number, shared.key, shared.origin, iris))
                members += len(shared.members)
        return self._edges + members

    def _write_rows(self, rows: list[Row], out: IO[str]) -> None:
        ends = {row[0]: row[1] for row in rows}
        ends.update((row[3], row[4]) for row in rows)
        senses = dict(zip(ends, self._write_entries(list(ends.items()), out), strict=True))
        templates = {relation: self._edge_template(relation) for relation in {row[2] for row in rows}}
        first = self._edges
        self._edges += len(rows)
        numbered = enumerate(rows, first)
        if self.notation.turtle:
            lines = [templates[r] % (n, senses[s], senses[t], w, by) for n, (s, _, r, t, _, w, by) in numbered]
        else:  # where every fact repeats its subject
            lines = [
                templates[r] % (n, n, senses[s], n, senses[t], n, w, n, by) for n, (s, _, r, t, _, w, by) in numbered
            ]
        out.write("".join(lines))

    def _edge_template(self, relation: int) -> str:
        """The text of an edge, with places for its number, its ends, its weight and the number of its source."""
        term = self.notation.term
        kind = f"{self._type} {term('vartrans:Translation')}"
        if relation != TRANSLATION:
            kind = f"{term('vartrans:category')} {term('lexinfo:' + RELATIONS[CODE[relation]])}"
        return self.notation.about(
            "_:e%d",
            kind,
            f"{term('vartrans:source')} %s",
            f"{term('vartrans:target')} %s",
            f'{term("rdf:value")} "%r"^^{term("xsd:double")}',
            f"{term('dcterms:source')} _:s%d",
        )

    @property
    def _type(self) -> str:
        return "a" if self.notation.turtle else self.notation.term("rdf:type")

    def _write_entries(self, entries: list[tuple[int, str]], out: IO[str]) -> list[str]:
        """Write those that are not written yet; the senses of all of them."""
        names = [
            self._starts[number // BLOCK] + (word if _UNSAFE.search(word) is None else _UNSAFE.sub(_percent, word))
            for number, word in entries
        ]
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
        out.write("".join([self._entry(*each, tags.get(each[0], "")) for each in new]))
        return [f"{name}#sense>" for name in names]

    def _entry(self, number: int, word: str, name: str, tags: str) -> str:
        code = self.selected.codes[number // BLOCK]
        key = code, tags
        if key not in self._templates:
            self._templates[key] = self._entry_template(code, tags)
        template, names = self._templates[key]
        return template % ((name,) * names + (escaped(word),))

    def _entry_template(self, code: str, tags: str) -> tuple[str, int]:
        """The text of a word of a language, with places for its name and last for itself; how many for its name."""
        term, about = self.notation.term, self.notation.about
        facts = [
            f"{self._type} {term('ontolex:LexicalEntry')}",
            f'{term("lime:language")} "{code}"',
            f"{term('ontolex:canonicalForm')} %s#form>",
            f"{term('ontolex:sense')} %s#sense>",
            *(
                f"{term('lexinfo:partOfSpeech')} {term(f'lexinfo:{_TAGS[tag]}')}"
                for tag in tags.split()
                if tag in _TAGS
            ),
        ]
        written = f'{term("ontolex:writtenRep")} "%s"@{code}'
        text = about("%s>", *facts) + about("%s#form>", f"{self._type} {term('ontolex:Form')}", written)
        return text, text.count("%s") - 1

    def _origin(self, number: int, origin: Origin) -> str:
        said = {
            "dcterms:title": origin.name,
            "dcterms:license": origin.licence,
            "dcterms:hasVersion": origin.version,
            "rdfs:seeAlso": origin.url,
        }
        facts = [f'{self.notation.term(name)} "{escaped(value)}"' for name, value in said.items()]
        ours = [f'<{OURS}kind> "{escaped(origin.kind)}"', f'<{OURS}quality> "{origin.quality!r}"']
        return self.notation.about(f"_:s{number}", *facts, *ours)

    def _concept(self, number: int, key: str, origin: int, senses: list[str]) -> str:
        term = self.notation.term
        return self.notation.about(
            f"_:c{number}",
            f"{self._type} {term('ontolex:LexicalConcept')}",
            f'{term("skos:notation")} "{escaped(key)}"',
            f"{term('dcterms:source')} _:s{origin}",
            *([f"{term('skos:exactMatch')} <{ILI}{key}>"] if ILI_NAME.fullmatch(key) else ()),
            *(f"{term('ontolex:lexicalizedSense')} {sense}" for sense in senses),
        )


def escaped(text: str) -> str:
    """Text as it stands between the quotation marks of a literal."""
    return text if _ESCAPED.search(text) is None else _ESCAPED.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04X}"


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())
