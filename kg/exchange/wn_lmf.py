"""Wordnets as WN-LMF, the XML of the Global WordNet Association and the Open Multilingual Wordnet.

A synset becomes a concept with its part of speech and definition; its key is its interlingual index (ILI) where it has
one. What two wordnets of different languages say of one ILI becomes a concept of both, under the licences of both.
Hypernyms and antonyms become edges between the words; other relations are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from isogloss.data.dictionary import Origin
from isogloss.data.elements import Start, read_elements
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.language import language_code
from isogloss.data.licence import strictest
from isogloss.data.lines import head
from isogloss.data.text.parts_of_speech import part_of_speech
from isogloss.data.words import tidy
from isogloss.kg.exchange.gathering import LONGEST, Import, probability_of
from isogloss.kg.exchange.wn_relations import Relations
from isogloss.kg.graph import Graph
from isogloss.kg.storage.loading import AboutConcept, Added
from isogloss.kg.storage.schema import BLOCK

ILI = re.compile(r"i[1-9]\d*")
_AND = " + "  # between the names of two sources
_NOWHERE = -1  # in place of the number of a word that is left out
_EXPECTED = "a wordnet in WN-LMF"
_LICENCES = (
    (r"creativecommons\.org/publicdomain/zero/(\d\.\d)", "CC0-{}"),
    (r"creativecommons\.org/licenses/(by(?:-\w\w)*)/(\d\.\d)", "CC-{}-{}"),
    (r"wordnet\.princeton\.edu.*license|^wordnet", "WordNet-3.0"),
    (r"opensource\.org/licenses/mit|^mit$", "MIT"),
    (r"opensource\.org/licenses/apache-2", "Apache-2.0"),
    (r"cecill-c\b", "CECILL-C"),
    (r"gnu\.org/licenses/(gpl|lgpl|agpl)-?(\d)", "{}-{}.0-or-later"),
)
_IS_ILI = "substr(c.key, 1, 1) = 'i' AND substr(c.key, 2, 1) BETWEEN '1' AND '9'"
_SHARED = (  # the words of concepts of one source whose ILI another source has
    f"SELECT c.key, m.entry / {BLOCK}, e.lemma, m.weight FROM concept c JOIN concept d ON d.key = c.key "
    "JOIN concept_member m ON m.concept = c.id JOIN entry e ON e.id = m.entry "
    f"WHERE c.source = ? AND d.source = ? AND {_IS_ILI}"
)


def matches(path: Path) -> bool:
    """Whether ``path`` is such a file, compressed or not."""
    return path.is_file() and b"<LexicalResource" in head(path, 4096)


def read(job: Import) -> Added:
    """Add the concepts of the lexicons in a file to a graph, and link them to the wordnets that are there.

    Of all lexicons, or of those of the languages named.

    Raises:
        FormatError: The file is missing, damaged or has no synset with words; the message names the line.
    """
    reader = _Reader(job)
    read_elements(job.path, _EXPECTED, start=reader.start, content={"Definition": reader.note_definition})
    reader.hand_over()
    for origin in job.progress(reader.origins, "Linking wordnets"):
        _link(job.graph, origin)
    if not reader.taken:
        raise FormatError.at(job.path, None, "no synset with words", _EXPECTED)
    return Added(reader.taken, reader.dropped)


class _Reader:
    """Gathers the lexicons of a file, one after another."""

    def __init__(self, job: Import) -> None:
        self.path, self.graph = job.path, job.graph
        self.rename, self.wanted = job.renamed, job.languages
        self.taken = 0
        self.dropped: dict[str, int] = {}
        self.origins: list[Origin] = []
        self._said = Origin("unnamed")
        self._language: str | None = None
        self._start_anew()
        self.start: dict[str, Start] = {
            "Sense": self._note_sense,
            "Lemma": self._note_lemma,
            "LexicalEntry": self._begin_word,
            "ExternalLexicalEntry": self._begin_word,
            "Synset": self._note_synset,
            "SynsetRelation": lambda attributes: self._relations.note(self._synset, attributes),
            "SenseRelation": lambda attributes: self._relations.note(self._sense, attributes),
            "Lexicon": self._begin,
            "LexiconExtension": self._begin,
        }

    def hand_over(self) -> None:
        """Give the concepts of the lexicon that was read to the graph."""
        language = self._language
        if language is None:
            return
        words = self._tidied()
        keys, members = list[str](), list[str]()
        senses = list[int]()
        for number, (synset, place) in enumerate(zip(self._synsets, self._of, strict=True)):
            word = "" if place == _NOWHERE else words[place]
            if not word or not synset:
                continue
            key = self._keys.get(synset)
            if key is None:
                self._drop("sense of a synset that is not there")
            else:
                keys.append(key)
                members.append(word)
                senses.append(number)
        if members:
            kinds, definitions = self._kinds.get, self._definitions.get
            about = {key: AboutConcept(kinds(key, ""), definitions(key, "")) for key in dict.fromkeys(keys)}
            sure = [self._sure.get(number, 1.0) for number in senses] if self._sure else None
            added = self.graph.add_members(language, keys, members, self._said, sure, about)
            self.graph.add_parts_of_speech(language, self._tags_of(words))
            self._relations.add_to(self.graph, language, words, self._words_of_synsets(words), self._said)
            self.taken += added.pairs
            if self._said not in self.origins:
                self.origins.append(self._said)
        self._language = None

    def _start_anew(self) -> None:
        self._lemmas: list[str] = []  # words as they are written, of all lexical entries
        self._tags: list[str] = []  # their parts of speech
        self._type = ""  # the part of speech of the entry at hand, where its own names are too coarse for it
        self._word = _NOWHERE  # which of them the entry at hand has
        self._synsets: list[str] = []  # of all senses
        self._of: list[int] = []  # which word each sense belongs to
        self._sure: dict[int, float] = {}  # how surely a sense belongs to its synset, where that is told
        self._keys: dict[str, str] = {}  # of synsets
        self._key = ""  # of the one at hand
        self._kinds: dict[str, str] = {}  # their parts of speech, by key
        self._definitions: dict[str, str] = {}
        self._relations = Relations()
        self._synset = self._sense = ""  # the ones at hand

    def note_definition(self, text: str) -> None:
        """Take the first definition of a synset."""
        self._definitions.setdefault(self._key, " ".join(text.split()))

    def _note_sense(self, attributes: Mapping[str, str]) -> None:
        if (confidence := attributes.get("confidenceScore")) and (sure := probability_of(confidence)) is not None:
            self._sure[len(self._synsets)] = sure
        self._synsets.append(attributes.get("synset", ""))
        self._of.append(self._word)
        self._sense = attributes.get("id", "")
        if self._word != _NOWHERE:
            self._relations.note_sense(self._sense, self._word)

    def _note_lemma(self, attributes: Mapping[str, str]) -> None:
        self._word = len(self._lemmas)
        self._lemmas.append(attributes.get("writtenForm", ""))
        self._tags.append(_tag(attributes, self._type))

    def _begin_word(self, attributes: Mapping[str, str]) -> None:
        self._word = _NOWHERE
        self._type = attributes.get("dc:type", "")

    def _note_synset(self, attributes: Mapping[str, str]) -> None:
        ili, name = attributes.get("ili", ""), attributes.get("id", "")
        self._synset = name
        self._key = self._keys[name] = ili if ILI.fullmatch(ili) else attributes.get("dc:identifier") or name
        if kind := _tag(attributes, attributes.get("dc:type", "")):
            self._kinds[self._key] = kind

    def _begin(self, attributes: Mapping[str, str]) -> None:
        self.hand_over()
        self._start_anew()
        name = attributes.get("label") or attributes.get("id") or self.path.name
        try:
            code = language_code(attributes.get("language", ""))
        except VocabularyError:
            raise FormatError.at(
                self.path, None, f"lexicon {name!r} of language {attributes.get('language')!r}", "a BCP 47 code"
            ) from None
        self._language = code if not self.wanted or code in self.wanted else None
        terms = licence(attributes.get("license", ""))
        url, version = attributes.get("url", ""), attributes.get("version", "")
        self._said = self.rename(Origin(name, terms, url=url, version=version))

    def _tidied(self) -> list[str]:
        """The words of all entries; what is none is empty."""
        words = [tidy(lemma) for lemma in self._lemmas]
        for place, word in enumerate(words):
            if not word or len(word) > LONGEST:
                self._drop("word empty or too long")
                words[place] = ""
        return words

    def _words_of_synsets(self, words: list[str]) -> dict[str, list[str]]:
        synsets: dict[str, list[str]] = {}
        for synset, place in zip(self._synsets, self._of, strict=True):
            if synset and place != _NOWHERE and words[place]:
                synsets.setdefault(synset, []).append(words[place])
        return synsets

    def _tags_of(self, words: list[str]) -> dict[str, str]:
        """What the words are; several parts of speech of one word stand side by side."""
        tags: dict[str, str] = {}
        for word, tag in zip(words, self._tags, strict=True):
            if tag and word and tags.setdefault(word, tag) != tag:
                tags[word] = " ".join(sorted({*tags[word].split(), tag}))
        return tags

    def _drop(self, reason: str) -> None:
        self.dropped[reason] = self.dropped.get(reason, 0) + 1


def _tag(attributes: Mapping[str, str], kind: str) -> str:
    """The part of speech that an element names, or its ``dc:type`` where that is one and tells more."""
    return (kind and part_of_speech(kind)) or part_of_speech(attributes.get("partOfSpeech", ""))


def licence(address: str) -> str:
    """The SPDX name of a licence by the address that a wordnet gives; empty where it is not understood."""
    address = address.strip()
    for pattern, name in _LICENCES:
        if match := re.search(pattern, address, re.IGNORECASE):
            return name.format(*(part.upper() for part in match.groups(default="")))
    return address if re.fullmatch(r"[A-Za-z][\w.+-]*(?: (?:AND|OR|WITH) [A-Za-z][\w.+-]*)*", address) else ""


def _link(graph: Graph, origin: Origin) -> None:
    """Join the concepts of ``origin`` to those of other wordnets with the same ILI.

    The joint concept has the words of both, so that it grows with the words and not with their pairs.
    """
    store = graph.store
    other_members = store.rows(
        "SELECT s.id, s.name, s.licence, s.kind, s.url, s.quality, s.version FROM source s "
        f"WHERE EXISTS (SELECT 1 FROM concept c WHERE c.source = s.id AND {_IS_ILI})"
    )
    numbers = {Origin(*terms): number for number, *terms in other_members}
    own = numbers.pop(origin, None)
    joint = joint_names([*numbers, origin])
    codes: dict[int, str] = dict(store.rows("SELECT id, code FROM language"))
    for partner, number in numbers.items() if own is not None and origin.name not in joint else ():
        if partner.name in joint:
            continue
        rows = [*store.rows(_SHARED, (own, number)), *store.rows(_SHARED, (number, own))]
        languages: dict[str, set[int]] = {}
        for key, language, _, _ in rows:
            languages.setdefault(key, set()).add(language)
        members: dict[int, list[tuple[str, str, float]]] = {}
        for key, language, word, weight in rows:
            if len(languages[key]) > 1:  # else nothing is translated
                members.setdefault(language, []).append((key, word, weight))
        for language, of_language in members.items():
            keys, words, weights = zip(*of_language, strict=True)
            graph.add_members(codes[language], keys, words, _together(origin, partner), weights)


def joint_names(origins: Iterable[Origin]) -> set[str]:
    """The names of those sources that two others of them have together."""
    names = {origin.name for origin in origins}
    ends = ((name, match) for name in names for match in re.finditer(re.escape(_AND), name))
    return {name for name, match in ends if {name[: match.start()], name[match.end() :]} <= names}


def _together(one: Origin, other: Origin) -> Origin:
    """Two wordnets as one source, under the licences of both."""
    return Origin(_AND.join(sorted({one.name, other.name})), strictest((one.licence, other.licence)))
