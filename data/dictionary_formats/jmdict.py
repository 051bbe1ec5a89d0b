"""JMdict, the Japanese multilingual dictionary of EDRDG, in XML: written forms, readings and glosses by language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.printed import spellings, tag_of
from isogloss.data.dictionary_formats.terms import Collection
from isogloss.data.dictionary_formats.units import no_pair
from isogloss.data.elements import End, Start, read_elements
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.language import language_code
from isogloss.data.left_out import EXPLANATION
from isogloss.data.lines import head

_EXPECTED = "JMdict with glosses in the language of the translations"
_ORIGIN = Origin("JMdict", "CC-BY-SA-4.0", url="https://www.edrdg.org/jmdict/j_jmdict.html")


def matches(path: Path) -> bool:
    """Whether ``path`` is such a file, compressed or not."""
    start = head(path) if path.is_file() else b""
    return b"<JMdict" in start or b"<!DOCTYPE JMdict" in start


def read(path: Path, source: str, target: str) -> Dictionary:
    """The glosses of all forms of a word; turned round where Japanese is the target.

    Raises:
        FormatError: The file is missing, damaged or has no glosses in the other language.
    """
    if "ja" not in (source, target):
        raise FormatError.at(path, None, f"Japanese words, no pair of {source} and {target}", _EXPECTED)
    turned = target == "ja" != source
    japanese, other = (target, source) if turned else (source, target)
    reader = _Reader(other)
    read_elements(path, _EXPECTED, start=reader.start, end=reader.end, text=reader.text, entities=True)
    if not reader.collection:
        raise no_pair(path, (japanese, other), reader.languages, _EXPECTED)
    read = reader.collection.dictionary(japanese, other, _ORIGIN)
    return read.reversed() if turned else read


class _Reader:
    def __init__(self, target: str) -> None:
        self.target = target
        self.collection = Collection()
        self.languages = Counter[str]()
        self._forms: list[str] = []
        self._tags: list[str] = []  # of the sense; the next has the same where it names none
        self._named = False
        self._glosses: list[tuple[str, str]] = []
        self._only: list[str] = []  # the forms that have this sense; empty for all
        self._language = ""
        self._explains = False
        self._text: list[str] = []
        begin: Start = lambda _: self._text.clear()  # noqa: E731 (one of four)
        self.start: dict[str, Start] = {
            "entry": self._begin_entry,
            "sense": self._begin_sense,
            "gloss": self._begin_gloss,
            **dict.fromkeys(("keb", "reb", "pos", "stagk", "stagr"), begin),
        }
        self.end: dict[str, End] = {
            **dict.fromkeys(("keb", "reb"), lambda: self._forms.append("".join(self._text))),
            "pos": self._end_tag,
            "stagk": lambda: self._only.append("".join(self._text)),
            "stagr": lambda: self._only.append("".join(self._text)),
            "gloss": self._end_gloss,
            "sense": self._end_sense,
        }

    def text(self, text: str) -> None:
        """Note the text of a form, gloss or part of speech."""
        self._text.append(text)

    def _begin_entry(self, _: object) -> None:
        self._forms, self._tags = [], []

    def _begin_sense(self, _: object) -> None:
        self._glosses, self._only, self._named = [], [], False

    def _begin_gloss(self, attributes: Mapping[str, str]) -> None:
        self._language = attributes.get("xml:lang", "eng")
        self._explains = attributes.get("g_type") == "expl"
        self._text.clear()

    def _end_gloss(self) -> None:
        if self._explains:
            self.collection.dropped[EXPLANATION] += 1
        else:
            self._glosses.append((self._language, "".join(self._text)))

    def _end_tag(self) -> None:
        if not self._named:
            self._tags, self._named = [], True
        if tag := tag_of("".join(self._text)):
            self._tags.append(tag)

    def _end_sense(self) -> None:
        for language, _ in self._glosses:
            self.languages[_code(language)] += 1
        terms = [
            term for language, gloss in self._glosses if _code(language) == self.target for term in spellings(gloss)
        ]
        if terms:
            forms = self._only or self._forms
            self.collection.add_sense(forms, terms)
            for tag in self._tags:
                for form in forms:
                    self.collection.tag(form, tag)


def _code(language: str) -> str:
    try:
        return language_code(language)
    except VocabularyError:
        return language
