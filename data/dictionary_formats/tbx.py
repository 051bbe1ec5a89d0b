"""Term bases in TBX, version 2 (``martif``) and 3 (``tbx``): a concept has terms in several languages.

Files that isogloss wrote name the sources of each entry, their licences in the header, and the keys of concepts; an
entry of several sources is under all of their licences.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from isogloss.data.dictionary import Origin
from isogloss.data.dictionary_formats.units import UnitReader, Units
from isogloss.data.licence import strictest
from isogloss.data.lines import head

OURS = "Exported from a graph made with isogloss."  # in the header of such files
_UNKNOWN = "licence unknown"
_SECTIONS = ("langSet", "langSec")  # of a concept, one for each language


def matches(path: Path) -> bool:
    """Whether ``path`` is such a file, compressed or not."""
    start = head(path, 4096) if path.is_file() else b""
    return b"<martif" in start or b"<tbx" in start


class _Reader(UnitReader):
    expected = "a term base in TBX with both languages"

    def __init__(self, units: Units) -> None:
        super().__init__(units)
        self._type = self._term = self._definition = ""
        self._tags: list[str] = []
        self._key = ""
        self._sources: list[str] = []  # of the entry
        self._about: list[str] = []  # paragraphs of the header
        self._origins: dict[tuple[str, ...], Origin] = {}
        self.start = {
            **dict.fromkeys(_SECTIONS, self.begin_language),
            "term": self.begin_text,
            **dict.fromkeys(("termNote", "descrip", "admin"), self._begin_typed),
            **dict.fromkeys(("p", "note"), self.begin_text),
        }
        self.end = {
            "term": self._note_term,
            "termNote": self._note_tag,
            "descrip": self._note_definition,
            "admin": self._note_source,
            "p": lambda: self._about.append(self.written()),
            "note": self._note_key,
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

    def _note_source(self) -> None:
        if self._type == "source" and (name := self.written()):
            self._sources.append(name)

    def _note_key(self) -> None:
        self._key = self._key or self.written()

    def _origin(self) -> Origin | None:
        """Whose the entry is: of several sources, all of them under the strictest of their licences."""
        names = tuple(self._sources)
        if names and names not in self._origins:
            terms = [self._terms(name) for name in names]
            url = terms[0][1] if len(terms) == 1 else ""
            self._origins[names] = Origin("; ".join(names), strictest(licence for licence, _ in terms), url=url)
        return self._origins.get(names)

    def _terms(self, name: str) -> tuple[str, str]:
        """The licence and the address that the header has for a source: ``NAME: LICENCE ADDRESS``."""
        value = next((line.removeprefix(f"{name}: ") for line in self._about if line.startswith(f"{name}: ")), "")
        licence, _, url = value.rpartition(" ")
        licence, url = (licence, url) if "://" in url else (value, "")
        return "" if licence == _UNKNOWN else licence, url

    def _end_term(self) -> None:
        if self._term:
            self.units.add(self.language, self._term, self._tags)
        self._term, self._tags = "", []

    def _end_concept(self) -> None:
        sense = {"sense": self._definition} if self._definition else None
        if OURS in self._about:
            self.units.end(evidence=sense, origin=self._origin(), concept=self._key, definition=self._definition)
        else:
            self.units.end(evidence=sense)
        self._definition, self._key, self._sources = "", "", []


read, read_all = _Reader.read, _Reader.read_all
