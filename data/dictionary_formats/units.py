"""Files that hold what words of several languages share: a unit of a translation memory, a concept of a term base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.printed import tag_of
from isogloss.data.dictionary_formats.terms import Collection
from isogloss.data.elements import End, Start, read_elements
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.language import language_code


class NoPairsError(FormatError):
    """A sound file has no pair of the two languages."""


@dataclass
class Units:
    """Gathers the pairs of two languages from one unit after the other."""

    source: str
    target: str
    collection: Collection = field(default_factory=Collection)
    languages: Counter[str] = field(default_factory=Counter)
    _words: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, language: str, word: str, part_of_speech: str = "") -> None:
        """Note a word of the unit that is open, with the language as the file calls it."""
        try:
            code = language_code(language)
        except VocabularyError:
            self.collection.drop("word of an unknown language", f"{language}: {word}")
            return
        self.languages[code] += 1
        self._words.setdefault(code, []).append((word, part_of_speech))

    def end(self, weight: float = 1.0, gloss: str = "") -> None:
        """Make pairs of the unit that is open."""
        for word, name in self._of(self.source):
            if tag := tag_of(name):
                self.collection.tag(word, tag)
            for target, _ in self._of(self.target):
                self.collection.add(word, target, weight, {"sense": gloss} if gloss else None)
        self._words = {}

    def refuse_if_empty(self, path: Path, expected: str) -> None:
        """Refuse a file without pairs of the two languages, and say which it has.

        Raises:
            NoPairsError: There is no pair.
        """
        if not self.collection:
            has = ", ".join(code for code, _ in self.languages.most_common(8)) or "none"
            found = f"no pair of {self.source} and {self.target} (its languages: {has})"
            raise NoPairsError.at(path, None, found, expected)

    def _of(self, wanted: str) -> list[tuple[str, str]]:
        """The words of a language, those of its regions included."""
        if wanted in self._words:
            return self._words[wanted]
        return [word for code, words in self._words.items() if code.startswith(f"{wanted}-") for word in words]


class UnitReader:
    """What the readers of such files in XML share: the language of the words that follow, and the text of an element.

    A format fills ``start`` and ``end``, what to do at the tags of its elements (``data.elements``).
    """

    def __init__(self, units: Units) -> None:
        self.units = units
        self.language = ""
        self.start: dict[str, Start] = {}
        self.end: dict[str, End] = {}
        self._text: list[str] = []

    def dictionary(self, path: Path, expected: str) -> Dictionary:
        """The pairs of ``path``.

        Raises:
            FormatError: The file is missing, damaged or has no pair of the two languages.
        """
        read_elements(path, expected, start=self.start, end=self.end, text=self.text)
        self.units.refuse_if_empty(path, expected)
        origin = Origin(path.name, kind="user")
        return self.units.collection.dictionary(self.units.source, self.units.target, origin)

    def text(self, text: str) -> None:
        """Note the text of an element."""
        self._text.append(text)

    def begin_language(self, attributes: Mapping[str, str]) -> None:
        """Note the language of the words that follow."""
        self.language = attributes.get("xml:lang") or attributes.get("lang", "")

    def begin_text(self, _: Mapping[str, str] | None = None) -> None:
        """Forget the text of the elements before."""
        self._text.clear()

    def written(self) -> str:
        """The text of the element, with single blanks."""
        return " ".join("".join(self._text).split())


def languages(path: Path, tags: tuple[str, ...], expected: str) -> list[str]:
    """The codes of the languages that elements of these tags are in, the most frequent first.

    Raises:
        FormatError: The file is missing or damaged.
    """
    written = Counter[str]()

    def note(attributes: Mapping[str, str]) -> None:
        written[attributes.get("xml:lang") or attributes.get("lang", "")] += 1

    read_elements(path, expected, start=dict.fromkeys(tags, note))
    codes = Counter[str]()
    for name, count in written.items():
        with suppress(VocabularyError):  # its words are counted as left out when they are read
            codes[language_code(name)] += count
    return [code for code, _ in codes.most_common()]
