"""Writes the concepts of a graph as wordnets in WN-LMF 1.1, one lexicon for each source and language.

A concept whose key is an interlingual index keeps it as ``ili``; any other key stands as ``dc:identifier``. A word has
an entry for each part of speech, with the concepts of that part of speech as its senses; what the letters of the format
cannot tell apart, such as proper nouns, stands as ``dc:type`` beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from isogloss.data.dictionary import Origin
from isogloss.data.errors import OutputError
from isogloss.kg.exchange.markup import attribute, content
from isogloss.kg.exchange.selection import Selected, SelectedConcept
from isogloss.kg.exchange.wn_lmf import ILI, joint_names

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE LexicalResource SYSTEM "http://globalwordnet.github.io/schemas/WN-LMF-1.1.dtd">\n'
    '<LexicalResource xmlns:dc="https://globalwordnet.github.io/schemas/dc/">\n'
)
_LETTERS = {"ADJ": "a", "ADP": "p", "ADV": "r", "CCONJ": "c", "NOUN": "n", "PROPN": "n", "SCONJ": "c", "VERB": "v"}
_PLAIN = frozenset({"ADJ", "ADP", "ADV", "CCONJ", "NOUN", "VERB", "X"})  # what the letter alone brings back
_OTHER, _UNKNOWN = "x", "u"


class _Sense(NamedTuple):
    """A word's place in a concept."""

    concept: int
    weight: float


class _Lexicon(NamedTuple):
    """The words of one source and language, each with its senses by part of speech; and the concepts they have."""

    words: dict[str, dict[str, list[_Sense]]]
    concepts: dict[int, tuple[SelectedConcept, str]]  # with their parts of speech


def write(selected: Selected, path: Path) -> int:
    """Write the selected concepts; the number of their words. Edges are left out: the format links words by synset.

    Raises:
        OutputError: Nothing that is selected is a concept.
    """
    for rows in selected.edges():
        for row in rows:
            selected.counts[row[6]] -= 1
            selected.left_out["edge outside concepts, which WN-LMF cannot write"] += 1
    tags: dict[str, dict[str, list[str]]] = {}
    for described in selected.words():
        tags.setdefault(described.language, {})[described.word] = described.pos.split()
    lexicons: dict[tuple[int, str], _Lexicon] = {}
    members = 0
    joint = joint_names(selected.origins.values())
    for number, shared in enumerate(selected.concepts(), 1):
        if selected.origins[shared.origin].name in joint:  # whoever reads both wordnets makes it anew
            selected.counts[shared.origin] -= len(shared.members)
            continue
        _gather(shared, number, lexicons, tags)
        members += len(shared.members)
    if not lexicons:
        raise OutputError("found no concept, expected some for WN-LMF; choose another format for edges")
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(_HEAD)
        for (by, code), lexicon in sorted(lexicons.items()):
            out.writelines(_lexicon(f"isogloss-{by}-{code}", code, selected.origins[by], lexicon))
        out.write("</LexicalResource>\n")
    return members


def _gather(
    shared: SelectedConcept,
    number: int,
    lexicons: dict[tuple[int, str], _Lexicon],
    tags: Mapping[str, Mapping[str, list[str]]],
) -> None:
    tags_of = {member: tags.get(member.language, {}).get(member.word, []) for member in shared.members}
    kind = shared.about.pos or _common(list(tags_of.values()))
    for member, parts in tags_of.items():
        lexicon = lexicons.setdefault((shared.origin, member.language), _Lexicon({}, {}))
        lexicon.concepts[number] = shared, kind
        senses = lexicon.words.setdefault(member.word, {tag: [] for tag in parts})
        tag = kind or (parts[0] if parts else "")
        senses.setdefault(tag, []).append(_Sense(number, member.weight))


def _common(tags: Sequence[list[str]]) -> str:
    """The one part of speech that all words which have any have in common, if there is one."""
    tag_sets = [set(tag_set) for tag_set in tags if tag_set]
    shared = set.intersection(*tag_sets) if tag_sets else set()
    return shared.pop() if len(shared) == 1 else ""


def _lexicon(name: str, code: str, origin: Origin, lexicon: _Lexicon) -> Iterator[str]:
    attributes = {
        "label": origin.name,
        "language": code,
        "email": "unknown",
        "license": origin.licence,
        "version": origin.version or "1",
        "url": origin.url,
    }
    facts = " ".join(f"{key}={attribute(value)}" for key, value in attributes.items() if value or key != "url")
    yield f'<Lexicon id="{name}" {facts}>\n'
    members: dict[int, list[str]] = {}
    entries = ((word, tag, senses) for word, by_tag in lexicon.words.items() for tag, senses in by_tag.items())
    for number, (word, tag, senses) in enumerate(entries, 1):
        entry = f"{name}-{number}"
        letter, kind = _part_of_speech(tag)
        yield f'<LexicalEntry id="{entry}"{kind}><Lemma writtenForm={attribute(word)} partOfSpeech="{letter}"/>'
        for concept, weight in senses:
            sure = "" if weight == 1 else f' confidenceScore="{weight!r}"'
            yield f'<Sense id="{entry}-{concept}" synset="{name}-c{concept}"{sure}/>'
            members.setdefault(concept, []).append(f"{entry}-{concept}")
        yield "</LexicalEntry>\n"
    for concept, ids in members.items():
        shared, tag = lexicon.concepts[concept]
        key, definition = shared.key, shared.about.definition
        identified = f"ili={attribute(key)}" if ILI.fullmatch(key) else f'ili="" dc:identifier={attribute(key)}'
        letter, kind = _part_of_speech(tag)
        facts = f'id="{name}-c{concept}" {identified} partOfSpeech="{letter}"{kind} members="{" ".join(ids)}"'
        end = f"><Definition>{content(definition)}</Definition></Synset>" if definition else "/>"
        yield f"<Synset {facts}{end}\n"
    yield "</Lexicon>\n"


def _part_of_speech(tag: str) -> tuple[str, str]:
    """The letter of a part of speech, and the attribute that says the rest."""
    letter = _LETTERS.get(tag, _OTHER) if tag else _UNKNOWN
    return letter, "" if not tag or tag in _PLAIN else f" dc:type={attribute(tag)}"
