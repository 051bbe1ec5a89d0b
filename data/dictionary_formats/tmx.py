"""Translation memories in TMX: a unit has the same segment in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.units import Units
from isogloss.data.elements import End, Start, read_elements
from isogloss.data.lines import head

_EXPECTED = "a translation memory in TMX with both languages"
_CODES = ("bpt", "ept", "hi", "it", "ph", "sub", "ut")  # elements inside a segment that hold markup


def matches(path: Path) -> bool:
    """Whether ``path`` is such a file, compressed or not."""
    return path.is_file() and b"<tmx" in head(path, 4096)


def read(path: Path, source: str, target: str) -> Dictionary:
    """The segments of the units in two languages, whatever the order in the file.

    Raises:
        FormatError: The file is missing, damaged or has no unit in both languages.
    """
    reader = _Reader(Units(source, target))
    read_elements(path, _EXPECTED, start=reader.start, end=reader.end, text=reader.text)
    reader.units.refuse_if_empty(path, _EXPECTED)
    return reader.units.found.dictionary(source, target, Origin(path.name, kind="user"))


class _Reader:
    def __init__(self, units: Units) -> None:
        self.units = units
        self._language = ""
        self._weight = 1.0
        self._property = ""
        self._text: list[str] = []
        self._codes = 0
        self.start: dict[str, Start] = {
            "tuv": self._begin_variant,
            "seg": lambda _: self._text.clear(),
            "prop": self._begin_property,
            **dict.fromkeys(_CODES, lambda _: self._count_codes(1)),
        }
        self.end: dict[str, End] = {
            "seg": lambda: self.units.add(self._language, " ".join("".join(self._text).split())),
            "prop": self._end_property,
            "tu": self._end_unit,
            **dict.fromkeys(_CODES, lambda: self._count_codes(-1)),
        }

    def text(self, text: str) -> None:
        """Note the text of a segment or property, without markup."""
        if not self._codes:
            self._text.append(text)

    def _count_codes(self, change: int) -> None:
        self._codes += change

    def _begin_variant(self, attributes: Mapping[str, str]) -> None:
        self._language = attributes.get("xml:lang") or attributes.get("lang", "")

    def _begin_property(self, attributes: Mapping[str, str]) -> None:
        self._property = attributes.get("type", "")
        self._text.clear()

    def _end_property(self) -> None:
        if self._property == "x-weight":  # as isogloss writes it
            try:
                self._weight = min(max(float("".join(self._text)), 0.0), 1.0)
            except ValueError:
                self.units.found.drop("weight that is no probability", "".join(self._text))

    def _end_unit(self) -> None:
        self.units.end(self._weight)
        self._weight = 1.0
