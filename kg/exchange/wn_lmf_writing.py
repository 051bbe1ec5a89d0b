"""Writes the concepts of a graph as wordnets in WN-LMF 1.1, one lexicon for each source and language.

A concept whose key is an interlingual index keeps it as ``ili``; any other key stands as ``dc:identifier``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from isogloss.data.dictionary import Origin
from isogloss.data.errors import OutputError
from isogloss.kg.exchange.markup import attribute
from isogloss.kg.exchange.selection import Selected, Shared
from isogloss.kg.exchange.wn_lmf import ILI

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE LexicalResource SYSTEM "http://globalwordnet.github.io/schemas/WN-LMF-1.1.dtd">\n'
    '<LexicalResource xmlns:dc="https://globalwordnet.github.io/schemas/dc/">\n'
)
_TAGS = {"NOUN": "n", "PROPN": "n", "VERB": "v", "ADJ": "a", "ADV": "r", "CCONJ": "c", "SCONJ": "c", "ADP": "p"}
_OTHER, _UNKNOWN = "x", "u"

Lexicon = dict[str, list[tuple[int, str]]]  # the numbers of a word's concepts with their keys


def write(selected: Selected, path: Path) -> int:
    """Write the selected concepts; the number of their words. Edges are left out: the format links words by synset.

    Raises:
        OutputError: Nothing that is selected is a concept.
    """
    for rows in selected.edges():
        for row in rows:
            selected.counts[row[6]] -= 1
            selected.left_out["edge outside concepts, which WN-LMF cannot write"] += 1
    lexicons: dict[tuple[int, str], Lexicon] = {}
    tags: dict[str, dict[str, str]] = {}
    members = 0
    for number, shared in enumerate(selected.concepts(), 1):
        _gather(shared, number, lexicons)
        members += len(shared.members)
    if not lexicons:
        raise OutputError(f"{path.name}: found no concept, expected some for WN-LMF; choose another format for edges")
    for language, written, tag in selected.store.rows("SELECT language, lemma, pos FROM entry WHERE pos <> ''"):
        tags.setdefault(selected.codes[language], {})[written] = tag
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(_HEAD)
        for (by, code), lexicon in sorted(lexicons.items()):
            out.writelines(_lexicon(f"isogloss-{by}-{code}", code, selected.origins[by], lexicon, tags.get(code, {})))
        out.write("</LexicalResource>\n")
    return members


def _gather(shared: Shared, number: int, lexicons: dict[tuple[int, str], Lexicon]) -> None:
    for member in shared.members:
        lexicon = lexicons.setdefault((shared.origin, member.language), {})
        lexicon.setdefault(member.word, []).append((number, shared.key))


def _lexicon(name: str, code: str, origin: Origin, lexicon: Lexicon, tags: dict[str, str]) -> Iterator[str]:
    said = {
        "label": origin.name,
        "language": code,
        "email": "unknown",
        "license": origin.licence,
        "version": origin.version or "1",
        "url": origin.url,
    }
    facts = " ".join(f"{key}={attribute(value)}" for key, value in said.items() if value or key != "url")
    yield f'<Lexicon id="{name}" {facts}>\n'
    synsets: dict[int, tuple[str, list[str]]] = {}
    for number, (word, concepts) in enumerate(lexicon.items(), 1):
        entry = f"{name}-{number}"
        yield f'<LexicalEntry id="{entry}"><Lemma writtenForm={attribute(word)} partOfSpeech="{_tag(tags.get(word))}"/>'
        for concept, key in concepts:
            yield f'<Sense id="{entry}-{concept}" synset="{name}-c{concept}"/>'
            synsets.setdefault(concept, (key, []))[1].append(f"{entry}-{concept}")
        yield "</LexicalEntry>\n"
    for concept, (key, senses) in synsets.items():
        identified = f"ili={attribute(key)}" if ILI.fullmatch(key) else f'ili="" dc:identifier={attribute(key)}'
        yield (
            f'<Synset id="{name}-c{concept}" {identified} partOfSpeech="{_UNKNOWN}" members="{" ".join(senses)}"/>\n'
        )
    yield "</Lexicon>\n"


def _tag(tags: str | None) -> str:
    first = (tags or "").split()[:1]
    return _TAGS.get(first[0], _OTHER) if first else _UNKNOWN
