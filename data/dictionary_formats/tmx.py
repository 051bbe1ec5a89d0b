"""Translation memories in TMX: a unit has the same segment in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from isogloss.data.dictionary import Dictionary
from isogloss.data.dictionary_formats.units import UnitReader, Units
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
    return _Reader(Units(source, target)).dictionaries(path, _EXPECTED)[0]


def read_all(path: Path) -> list[Dictionary]:
    """The pairs of every two languages, a dictionary each; regions of one language are not paired.

    Raises:
        FormatError: The file is missing, damaged or has no unit in two languages.
    """
    return _Reader(Units()).dictionaries(path, _EXPECTED)


class _Reader(UnitReader):
    def __init__(self, units: Units) -> None:
        super().__init__(units)
        self._weight = 1.0
        self._property = ""
        self._codes = 0
        self.start = {
            "tuv": self.begin_language,
            "seg": self.begin_text,
            "prop": self._begin_property,
            **dict.fromkeys(_CODES, lambda _: self._count_codes(1)),
        }
        self.end = {
            "seg": lambda: self.units.add(self.language, self.written()),
            "prop": self._end_property,
            "tu": self._end_unit,
            **dict.fromkeys(_CODES, lambda: self._count_codes(-1)),
        }

    def text(self, text: str) -> None:
        """Note the text of a segment or property, without markup."""
        if not self._codes:
            super().text(text)

    def _count_codes(self, change: int) -> None:
        self._codes += change

    def _begin_property(self, attributes: Mapping[str, str]) -> None:
        self._property = attributes.get("type", "")
        self.begin_text()

    def _end_property(self) -> None:
        if self._property == "x-weight":  # as isogloss writes it
            try:
                self._weight = min(max(float(self.written()), 0.0), 1.0)
            except ValueError:
                self.units.dropped.note("weight that is no probability", self.written())

    def _end_unit(self) -> None:
        self.units.end(self._weight)
        self._weight = 1.0
