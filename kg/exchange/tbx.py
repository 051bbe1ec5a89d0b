"""TBX for terminology programs, an entry for each concept: version 2 (ISO 30042:2008), which most programs read, and 3.

An entry is a concept of the graph; else what a source gives for one sense of a word; else words that are all
translations or synonyms of each other, pair by pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from isogloss.data.dictionary_formats.tbx import OURS
from isogloss.kg.exchange.markup import attribute, content
from isogloss.kg.exchange.ontolex_terms import TAGS
from isogloss.kg.exchange.selection import Selected, SelectedConcept
from isogloss.kg.exchange.tsv import sense_and_rest
from isogloss.kg.exchange.wn_lmf import ILI
from isogloss.kg.storage.schema import BLOCK, RELATION_CODE, SYNONYM, TRANSLATION

_OF_ONE_CONCEPT = (TRANSLATION, SYNONYM)


@dataclass(frozen=True)
class _Dialect:
    """The names of the elements, and what stands round the entries."""

    head: str
    foot: str
    entry: str
    language: str
    term: str


_TWO = _Dialect(
    '<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">\n<martif type="TBX" xml:lang="en">\n'
    "<martifHeader><fileDesc><sourceDesc>{}</sourceDesc></fileDesc>"
    '<encodingDesc><p type="XCSURI">TBXXCS.xcs</p></encodingDesc></martifHeader>\n<text><body>\n',
    "</body></text>\n</martif>\n",
    "termEntry",
    "langSet",
    "tig",
)
_THREE = _Dialect(
    '<tbx style="dca" type="TBX-Basic" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2">\n'
    "<tbxHeader><fileDesc><sourceDesc>{}</sourceDesc></fileDesc></tbxHeader>\n<text><body>\n",
    "</body></text>\n</tbx>\n",
    "conceptEntry",
    "langSec",
    "termSec",
)


@dataclass
class _Entry:
    """Words of one meaning, by language, and who says so."""

    words: Iterable[tuple[str, str]]
    sources: Iterable[int]
    key: str = ""
    definition: str = ""
    pos: str = ""


@dataclass
class _Edges:
    """Translations and synonyms between words given by number, with their sources; those in an entry are taken out."""

    words: dict[int, tuple[str, str]] = field(default_factory=dict)
    sources_between: dict[int, dict[int, set[int]]] = field(default_factory=dict)  # from either end
    senses: dict[tuple[int, int, str], list[int]] = field(
        default_factory=dict
    )  # translations by source, word and sense
    apart: set[tuple[int, int]] = field(default_factory=set)  # pairs that are in an entry, the smaller number first

    def add(self, source: int, target: int, by: int, sense: str) -> None:
        """Note that a source translates a word so, in some sense."""
        for start, end in (source, target), (target, source):
            self.sources_between.setdefault(start, {}).setdefault(end, set()).add(by)
        if sense:
            self.senses.setdefault((by, source, sense), []).append(target)

    def settle(self, words: Sequence[int]) -> None:
        """Note that these words stand in one entry."""
        group = set(words)
        self.apart.update((a, b) for a in words for b in group & self.sources_between.get(a, {}).keys() if a < b)

    def groups(self) -> Iterator[list[int]]:
        """Words that are all linked to each other, until every link is in a group or in an entry."""
        for first, neighbors in self.sources_between.items():
            for second in neighbors:
                if first < second and (first, second) not in self.apart:
                    group = [first, second]
                    for third in sorted(neighbors.keys() & self.sources_between[second].keys()):
                        if all(third in self.sources_between[member] for member in group):
                            group.append(third)
                    self.settle(group)
                    yield group

    def sources(self, words: Sequence[int]) -> set[int]:
        """Who links any two of these words."""
        group, origins = set(words), set[int]()
        for word in words:
            links = self.sources_between.get(word, {})
            origins.update(*(links[end] for end in group & links.keys()))
        return origins


def write(selected: Selected, path: Path) -> int:
    """Write the selected translations, synonyms and concepts as TBX 2; the number of edges, of concepts of members."""
    return _write(selected, path, _TWO)


def write_third(selected: Selected, path: Path) -> int:
    """As ``write``, in TBX-Basic of version 3 (ISO 30042:2019, style DCA)."""
    return _write(selected, path, _THREE)


def _write(selected: Selected, path: Path, dialect: _Dialect) -> int:
    edges, written = _Edges(), 0
    for rows in selected.claims():
        for src, source, relation, dst, target, _, by, *_, facts in rows:
            if relation not in _OF_ONE_CONCEPT:
                selected.counts[by] -= 1
                selected.left_out[f"{RELATION_CODE[relation]}, which TBX cannot write"] += 1
                continue
            written += 1
            edges.words[src] = selected.codes[src // BLOCK], source
            edges.words[dst] = selected.codes[dst // BLOCK], target
            edges.add(src, dst, by, sense_and_rest(facts)[0] if facts else "")
    tags = {(described.language, described.word): described.pos for described in selected.words() if described.pos}
    with path.open("w", encoding="utf-8", newline="\n") as out:
        origins = [selected.origins[number] for number in sorted(selected.permitted)]
        about = (f"{origin.name}: {origin.licence or 'licence unknown'} {origin.url}".strip() for origin in origins)
        notes = (OURS, *about)
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write(dialect.head.format("".join(f"<p>{content(line)}</p>" for line in notes)))
        for number, (entry, members) in enumerate(_entries(selected, edges), 1):
            out.writelines(_lines(number, entry, dialect, tags, selected))
            written += members
        out.write(dialect.foot)
    return written


def _entries(selected: Selected, edges: _Edges) -> Iterator[tuple[_Entry, int]]:
    """Every entry, and how many words of concepts it has."""
    for first, *rest in _concepts(selected):
        members = list({member.entry: member for shared in (first, *rest) for member in shared.members}.values())
        numbers = [member.entry for member in members]
        edges.settle(numbers)
        sources = sorted({shared.origin for shared in (first, *rest)} | edges.sources(numbers))
        words = [(member.language, member.word) for member in members]
        definition = next((shared.about.definition for shared in (first, *rest) if shared.about.definition), "")
        yield (
            _Entry(words, sources, first.key, definition, first.about.pos),
            sum(len(s.members) for s in (first, *rest)),
        )
    for (by, word, sense), translations in edges.senses.items():
        group = list(dict.fromkeys((word, *translations)))
        edges.settle(group)
        yield _Entry([edges.words[member] for member in group], sorted({by, *edges.sources(group)}), "", sense), 0
    for group in edges.groups():
        yield _Entry([edges.words[member] for member in group], sorted(edges.sources(group))), 0


def _concepts(selected: Selected) -> Iterator[list[SelectedConcept]]:
    """Every concept; those of one interlingual index together, whoever has them."""
    by_index: dict[str, list[SelectedConcept]] = {}
    for shared in selected.concepts():
        if ILI.fullmatch(shared.key):
            by_index.setdefault(shared.key, []).append(shared)
        else:
            yield [shared]
    yield from by_index.values()


def _lines(
    number: int, entry: _Entry, dialect: _Dialect, tags: Mapping[tuple[str, str], str], selected: Selected
) -> Iterator[str]:
    yield f'<{dialect.entry} id="c{number}">'
    if entry.definition:
        yield f'<descrip type="definition">{content(entry.definition)}</descrip>'
    if entry.key:
        yield f"<note>{content(entry.key)}</note>"
    for by in entry.sources:
        yield f'<admin type="source">{content(selected.origins[by].name)}</admin>'
    by_language: dict[str, list[str]] = {}
    for language, word in entry.words:
        by_language.setdefault(language, []).append(word)
    for language, words in by_language.items():
        yield f"<{dialect.language} xml:lang={attribute(language)}>"
        for word in words:
            tagged = tags.get((language, word), "").split()
            kinds = "".join(
                f'<termNote type="partOfSpeech">{TAGS.get(tag, tag.lower())}</termNote>'
                for tag in ([entry.pos] if entry.pos in tagged else tagged)
            )
            yield f"<{dialect.term}><term>{content(word)}</term>{kinds}</{dialect.term}>"
        yield f"</{dialect.language}>"
    yield f"</{dialect.entry}>\n"
