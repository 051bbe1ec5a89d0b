"""Files that hold what words of several languages share: a unit of a translation memory, a concept of a term base."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.printed import tag_of
from isogloss.data.dictionary_formats.terms import Collection
from isogloss.data.elements import End, Start, read_elements
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.language import language_code, macrolanguage
from isogloss.data.left_out import LeftOut
from isogloss.data.words import tidy

_PLACE = re.compile("-?[0-9]{1,9}")


class Gathered(NamedTuple):
    """All that the units of a file say: pairs by language and origin, parts of speech, and words of concepts."""

    dictionaries: list[Dictionary]
    tags: dict[str, dict[str, str]]  # by language and word
    concepts: dict[Origin, dict[str, dict[str, dict[str, None]]]]  # words by origin, key and language
    definitions: dict[Origin, dict[str, str]]  # of concepts, by origin and key
    places: list[list[int] | None]  # of the pairs of each dictionary in articles, where the file tells them


class Units:
    """Gathers the pairs of languages from one unit after the other: of two, or of every two that are different.

    Origins and concepts of units are kept ``apart``, or all units are pairs of one origin.
    """

    def __init__(self, source: str | None = None, target: str | None = None, *, apart: bool = False) -> None:
        self.asked = None if source is None or target is None else (source, target)
        self.dropped = LeftOut()
        self.languages = Counter[str]()
        self.tags: dict[str, dict[str, str]] = {}
        self.concepts: dict[Origin, dict[str, dict[str, dict[str, None]]]] = {}
        self.definitions: dict[Origin, dict[str, str]] = {}
        self.places: list[list[int] | None] = []
        self._apart = apart
        self._collections: dict[tuple[str, str, Origin | None], Collection] = {}
        self._words: dict[str, list[tuple[str, list[str]]]] = {}
        self._places: dict[tuple[str, str, Origin | None], dict[tuple[str, str], int]] = {}

    def add(self, language: str, word: str, parts_of_speech: Sequence[str] = ()) -> None:
        """Note a word of the unit that is open, with the language as the file calls it."""
        try:
            code = language_code(language)
        except VocabularyError:
            self.dropped.note("word of an unknown language", f"{language}: {word}")
            return
        self.languages[code] += 1
        tags = [tag for name in parts_of_speech if (tag := tag_of(name))]
        self._words.setdefault(code, []).append((word, tags))
        if tags:
            tagged = self.tags.setdefault(code, {})
            tagged[word] = " ".join(sorted({*tagged.get(word, "").split(), *tags}))

    def end(
        self,
        weight: float = 1.0,
        evidence: Mapping[str, Any] | None = None,
        origin: Origin | None = None,
        concept: str = "",
        place: int | None = None,
        definition: str = "",
    ) -> None:
        """Make pairs of the unit that is open; ``place`` is that of its second word in the article on the first."""
        if origin and concept and self._apart:
            self._hold_concept(origin, concept, definition)
            return
        for pair in (self.asked,) if self.asked else self._pairs():
            sources, targets = map(self._of, pair)
            key = *pair, origin if self._apart else None
            collection = self._collections.setdefault(key, Collection())
            forth = f"{next(iter(self._words), pair[0])}-".startswith(f"{pair[0]}-")
            for word, tags in sources:
                for tag in tags:
                    collection.tag(word, tag)
                for target, _ in targets:
                    collection.add(word, target, weight, evidence)
                    if place is not None:
                        places = self._places.setdefault(key, {})
                        places.setdefault((tidy(word), tidy(target)), place if forth else -place)
        self._words = {}

    def _hold_concept(self, origin: Origin, key: str, definition: str) -> None:
        by_language = {code: [word for word, _ in self._of(code)] for code in self.asked or self._words}
        if all(by_language.values()):
            words = self.concepts.setdefault(origin, {}).setdefault(key, {})
            for code, terms in by_language.items():
                words.setdefault(code, {}).update(dict.fromkeys(terms))
            if definition:
                self.definitions.setdefault(origin, {})[key] = definition
        self._words = {}

    def dictionaries(self, default: Origin) -> list[Dictionary]:
        """Those of every two languages with pairs, and of each origin; the first tells what was left out of all."""
        made, self.places = [], []
        for key, collection in sorted(self._collections.items(), key=lambda item: item[0][:2]):
            if collection:
                source, target, origin = key
                made.append(collection.dictionary(source, target, origin or default))
                places = self._places.get(key)
                self.places.append(
                    [places.get(pair[:2], 0) for pair in made[-1]] if places and any(places.values()) else None
                )
        if made:
            self.dropped.include(made[0].dropped, made[0].examples)
            made[0] = replace(made[0], dropped=dict(self.dropped), examples=dict(self.dropped.examples))
        return made

    def _pairs(self) -> list[tuple[str, str]]:
        """Every two languages of the unit, in its order, but not two regions of one."""
        codes = combinations(self._words, 2)
        return [(source, target) for source, target in codes if macrolanguage(source) != macrolanguage(target)]

    def _of(self, wanted: str) -> list[tuple[str, list[str]]]:
        """The words of a language, those of its regions included."""
        if wanted in self._words:
            return self._words[wanted]
        return [word for code, words in self._words.items() if code.startswith(f"{wanted}-") for word in words]


class UnitReader:
    """What the readers of such files in XML share: the language of the words that follow, and the text of an element.

    A format fills ``start`` and ``end``, what to do at the tags of its elements (``data.elements``), and says what is
    ``expected`` of a file.
    """

    expected: ClassVar[str]

    def __init__(self, units: Units) -> None:
        self.units = units
        self.language = ""
        self.start: dict[str, Start] = {}
        self.end: dict[str, End] = {}
        self._text: list[str] = []

    @classmethod
    def read(cls, path: Path, source: str, target: str) -> Dictionary:
        """The pairs of two languages, whatever their order in the file.

        Raises:
            FormatError: The file is missing, damaged or has no unit in both languages.
        """
        return cls(Units(source, target))._gathered(path).dictionaries[0]

    @classmethod
    def read_all(cls, path: Path, source: str | None = None, target: str | None = None) -> Gathered:
        """The pairs of two languages, or of every two; regions of one language are not paired.

        Raises:
            FormatError: The file is missing, damaged or has no unit in two languages.
        """
        return cls(Units(source, target, apart=True))._gathered(path)

    def _gathered(self, path: Path) -> Gathered:
        """A dictionary for every two languages that were asked for, and what goes with them."""
        read_elements(path, self.expected, start=self.start, end=self.end, text=self.text)
        made = self.units.dictionaries(Origin(path.name, kind="user"))
        if not made and not self.units.concepts:
            raise no_pair(path, self.units.asked, self.units.languages, self.expected)
        units = self.units
        return Gathered(made, units.tags, units.concepts, units.definitions, units.places)

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


def no_pair(path: Path, requested: tuple[str, str] | None, languages: Counter[str], expected: str) -> FormatError:
    """The error of a sound file without a pair of the languages ``asked`` for; it says which the file has."""
    has = ", ".join(code for code, _ in languages.most_common(8)) or "none"
    wanted = " and ".join(requested or ("two languages",))
    return FormatError.at(path, None, f"no pair of {wanted} (its languages: {has})", expected)


def place_of(text: str | None) -> int | None:
    """A place in an article, as files of isogloss tell it; ``None`` where ``text`` is none."""
    return int(text) if text and _PLACE.fullmatch(text) else None
