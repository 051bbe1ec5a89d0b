"""Term bases in TBX, version 2 (``martif``) and 3 (``tbx``): a concept has terms in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from isogloss.data.dictionary import Dictionary
from isogloss.data.dictionary_formats.units import Gathered, UnitReader, Units
from isogloss.data.lines import head

_EXPECTED = "a term base in TBX with both languages"
_SECTIONS = ("langSet", "langSec")  # of a concept, one for each language


def matches(path: Path) -> bool:
    """Whether ``path`` is such a file, compressed or not."""
    start = head(path, 4096) if path.is_file() else b""
    return b"<martif" in start or b"<tbx" in start


def read(path: Path, source: str, target: str) -> Dictionary:
    """The terms of the same concepts in two languages, with parts of speech, and definitions as their sense.

    Raises:
        FormatError: The file is missing, damaged or has no concept in both languages.
    """
    return _Reader(Units(source, target)).gathered(path, _EXPECTED).dictionaries[0]


def read_all(path: Path, source: str | None = None, target: str | None = None) -> Gathered:
    """The pairs of two languages, or of every two; regions of one language are not paired.

    Raises:
        FormatError: The file is missing, damaged or has no unit in two languages.
    """
    return _Reader(Units(source, target, apart=True)).gathered(path, _EXPECTED)


class _Reader(UnitReader):
    def __init__(self, units: Units) -> None:
        super().__init__(units)
        self._type = self._term = self._definition = ""
        self._tags: list[str] = []
        self.start = {
            **dict.fromkeys(_SECTIONS, self.begin_language),
            "term": self.begin_text,
            **dict.fromkeys(("termNote", "descrip"), self._begin_typed),
        }
        self.end = {
            "term": self._note_term,
            "termNote": self._note_tag,
            "descrip": self._note_definition,
            **dict.fromkeys(("tig", "ntig", "termSec"), self._end_term),
            **dict.fromkeys(("termEntry", "conceptEntry"), self._end_concept),
        }

    def _begin_typed(self, attributes: Mapping[str, str]) -> None:
        self._type = attributes.get("type", "")
        self.begin_text()

    def _note_term(self) -> None:
        self._term = self.written()

    def _note_tag(self) -> None:
        if self._type == "partOfSpeech":
            self._tags.append(self.written())

    def _note_definition(self) -> None:
        if self._type == "definition":
            self._definition = self._definition or self.written()

    def _end_term(self) -> None:
        if self._term:
            self.units.add(self.language, self._term, self._tags)
        self._term, self._tags = "", []

    def _end_concept(self) -> None:
        self.units.end(evidence={"sense": self._definition} if self._definition else None)
        self._definition = ""
