"""Bilingual dictionaries of Apertium, ``apertium-eng-spa.eng-spa.dix``: the lemmas of entries, without their paradigms.

An entry restricted to one direction (``r="LR"``) is kept as well: it is a translation, though not the first choice
back. Entries that their authors switched off (``i="yes"``), paradigms and regular expressions are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.file_names import languages_named
from isogloss.data.dictionary_formats.terms import Collection
from isogloss.data.elements import End, Start, read_elements
from isogloss.data.errors import FormatError
from isogloss.data.lines import head
from isogloss.data.text.parts_of_speech import part_of_speech
from isogloss.data.words import tidy

_EXPECTED = "a bilingual Apertium dictionary"
_SIDES = {"l": (0,), "r": (1,), "i": (0, 1), "ig": (0, 1)}  # of an entry that an element holds
_MAX_SIDE = 2000  # characters of one side of an entry that are kept; longer ones are dropped later; round number


def matches(path: Path) -> bool:
    """Whether ``path`` is such a file, compressed or not."""
    return path.is_file() and ".dix" in path.suffixes and b"<dictionary" in head(path)


def read(path: Path, source: str, target: str) -> Dictionary:
    """The translations of ``path``; turned round where its name says that it goes the other way.

    Raises:
        FormatError: The file is missing, damaged or holds no translation; the message names the line.
    """
    reader = _Reader()
    read_elements(path, _EXPECTED, start=reader.start, end=reader.end, text=reader.text)
    collection = reader.collection
    if 2 * reader.lemmas > reader.entries:
        raise FormatError.at(path, None, "a monolingual Apertium dictionary (entries with lemmas)", _EXPECTED)
    if not collection:
        raise FormatError.at(path, None, "no translation", f"{_EXPECTED}, with entries of <l> and <r>")
    turned = languages_named(path) == (target, source) != (source, target)
    ends = (target, source) if turned else (source, target)
    read = collection.dictionary(*ends, Origin(path.name.removesuffix(".gz"), kind="dictionary"))
    read = Dictionary(read.source, read.target, read.pairs, read.origin, read.dropped, reader.tags)
    return read.reversed() if turned else read


class _Reader:
    """Gathers the two sides of each entry."""

    def __init__(self) -> None:
        self.collection = Collection()
        self.tags: tuple[dict[str, str], dict[str, str]] = {}, {}
        self._sides: tuple[list[str], list[str]] = ([], [])
        self._names = ["", ""]  # the first symbol on either side: its part of speech
        self._open: tuple[int, ...] = ()  # the sides that text goes to
        self._pattern = self._joined = False
        self._inside = self._paradigm = False
        self.entries = self.lemmas = 0  # and how many name their lemma, as those of monolingual dictionaries do

        self.start: dict[str, Start] = {
            "e": self._begin,
            "pardef": partial(self._turn_paradigm, True),
            "b": lambda _: self.text(" "),
            "j": self._note_joined,
            "re": self._note_pattern,
            "s": self._name,
            **{tag: partial(self._turn_to, sides) for tag, sides in _SIDES.items()},
        }
        self.end: dict[str, End] = {
            "e": self._finish,
            "pardef": partial(self._turn_paradigm, False),
            **dict.fromkeys(_SIDES, partial(self._turn_to, ())),
        }

    def _begin(self, attributes: Mapping[str, str]) -> None:
        self._sides, self._names, self._pattern = ([], []), ["", ""], False
        self._joined = False
        ignored = attributes.get("i") == "yes"
        if ignored:
            self.collection.drop("entry that its authors switched off")
        self._inside = not (ignored or self._paradigm)
        if self._inside:
            self.entries += 1
            self.lemmas += "lm" in attributes

    def _turn_paradigm(self, inside: bool, _: object = None) -> None:
        self._paradigm = inside

    def _turn_to(self, sides: tuple[int, ...], _: object = None) -> None:
        self._open = sides

    def _note_pattern(self, _: object) -> None:
        self._pattern = True

    def _note_joined(self, _: object) -> None:
        self._joined = True

    def _name(self, attributes: Mapping[str, str]) -> None:
        for side in self._open:
            self._names[side] = self._names[side] or attributes.get("n", "")

    def text(self, text: str) -> None:
        """Note what stands inside a side."""
        for side in self._open:
            if sum(map(len, self._sides[side])) <= _MAX_SIDE:
                self._sides[side].append(text[: _MAX_SIDE + 1])

    def _finish(self) -> None:
        if not self._inside:
            return
        self._inside = False
        if self._pattern:
            self.collection.drop("regular expression")
            return
        if self._joined:
            self.collection.drop("words that are written as one, and analysed apart")
            return
        words = tidy("".join(self._sides[0])), tidy("".join(self._sides[1]))
        self.collection.add(*words)
        for word, name, tags in zip(words, self._names, self.tags, strict=True):
            if word and (pos := part_of_speech(name)):
                tags[word] = " ".join(sorted({*tags.get(word, "").split(), pos}))
