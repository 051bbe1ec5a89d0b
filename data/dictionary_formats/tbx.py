"""Term bases in TBX, version 2 (``martif``) and 3 (``tbx``): a concept has terms in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.units import Units
from isogloss.data.elements import End, Start, read_elements
from isogloss.data.lines import head

_EXPECTED = "a term base in TBX with both languages"


def matches(path: Path) -> bool:
    """Whether ``path`` is such a file, compressed or not."""
    start = head(path, 4096) if path.is_file() else b""
    return b"<martif" in start or b"<tbx" in start


def read(path: Path, source: str, target: str) -> Dictionary:
    """The terms of the same concepts in two languages, with parts of speech, and definitions as their sense.

    Raises:
        FormatError: The file is missing, damaged or has no concept in both languages.
    """
    reader = _Reader(Units(source, target))
    read_elements(path, _EXPECTED, start=reader.start, end=reader.end, text=reader.text)
    reader.units.refuse_if_empty(path, _EXPECTED)
    return reader.units.found.dictionary(source, target, Origin(path.name, kind="user"))


class _Reader:
    def __init__(self, units: Units) -> None:
        self.units = units
        self._language = self._type = self._term = self._tag = self._definition = ""
        self._text: list[str] = []
        in_language: Start = self._begin_language
        typed: Start = self._begin_typed
        end_term, end_concept = self._end_term, self._end_concept
        self.start: dict[str, Start] = {
            "langSet": in_language,
            "langSec": in_language,
            "term": lambda _: self._text.clear(),
            "termNote": typed,
            "descrip": typed,
        }
        self.end: dict[str, End] = {
            "term": self._note_term,
            "termNote": self._note_tag,
            "descrip": self._note_definition,
            **dict.fromkeys(("tig", "ntig", "termSec"), end_term),
            **dict.fromkeys(("termEntry", "conceptEntry"), end_concept),
        }

    def text(self, text: str) -> None:
        """Note the text of a term, its part of speech or a definition."""
        self._text.append(text)

    def _begin_language(self, attributes: Mapping[str, str]) -> None:
        self._language = attributes.get("xml:lang") or attributes.get("lang", "")

    def _begin_typed(self, attributes: Mapping[str, str]) -> None:
        self._type = attributes.get("type", "")
        self._text.clear()

    def _written(self) -> str:
        return " ".join("".join(self._text).split())

    def _note_term(self) -> None:
        self._term = self._written()

    def _note_tag(self) -> None:
        if self._type == "partOfSpeech":
            self._tag = self._written()

    def _note_definition(self) -> None:
        if self._type == "definition":
            self._definition = self._definition or self._written()

    def _end_term(self) -> None:
        if self._term:
            self.units.add(self._language, self._term, self._tag)
        self._term = self._tag = ""

    def _end_concept(self) -> None:
        self.units.end(gloss=self._definition)
        self._definition = ""
