"""Translation memories in TMX: a unit has the same segment in several languages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from isogloss.data.dictionary import KINDS, Origin
from isogloss.data.dictionary_formats.units import UnitReader, Units, place_of
from isogloss.data.lines import head

_CODES = ("bpt", "ept", "hi", "it", "ph", "sub", "ut")  # elements inside a segment that hold markup
_OURS = frozenset(
    f"x-{name}"
    for name in ("weight", "source", "licence", "kind", "quality", "version", "url", "evidence", "concept", "place")
)


def matches(path: Path) -> bool:
    """Whether ``path`` is such a file, compressed or not."""
    return path.is_file() and b"<tmx" in head(path, 4096)


class _Reader(UnitReader):
    expected = "a translation memory in TMX with both languages"

    def __init__(self, units: Units) -> None:
        super().__init__(units)
        self._property = self._note = ""
        self._said: dict[str, str] = {}  # in properties of the unit
        self._tags: list[str] = []
        self._codes = 0
        self.start = {
            "tuv": self._begin_language,
            **dict.fromkeys(("seg", "note"), self.begin_text),
            "prop": self._begin_property,
            **dict.fromkeys(_CODES, lambda _: self._count_codes(1)),
        }
        self.end = {
            "seg": lambda: self.units.add(self.language, self.written(), self._tags),
            "note": self._end_note,
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

    def _begin_language(self, attributes: Mapping[str, str]) -> None:
        self._tags = []
        self.begin_language(attributes)

    def _begin_property(self, attributes: Mapping[str, str]) -> None:
        self._property = attributes.get("type", "")
        self.begin_text()

    def _end_property(self) -> None:
        if self._property == "x-pos":  # as isogloss writes all of these
            self._tags = self.written().split()
        elif self._property in _OURS:
            self._said[self._property] = "".join(self._text)

    def _end_note(self) -> None:
        self._note = "".join(self._text)

    def _end_unit(self) -> None:
        properties = self._said
        evidence = self._evidence()
        if self._note and "x-weight" in properties:  # of other programs a note may be anything
            evidence["sense"] = self._note
        weight = self._number("x-weight", "weight that is not a probability")
        quality = self._number("x-quality", "quality of a source that is not a probability")
        kind = properties["x-kind"] if properties.get("x-kind") in KINDS else "dictionary"
        licence, url, version = (properties.get(name, "") for name in ("x-licence", "x-url", "x-version"))
        name = properties.get("x-source")
        origin = None if name is None else Origin(name, licence, kind, url, quality, version)
        at = place_of(properties.get("x-place")) or 0 if "x-weight" in properties else None
        self.units.end(weight, evidence or None, origin, properties.get("x-concept", ""), at)
        self._note, self._said = "", {}

    def _number(self, name: str, reason: str) -> float:
        try:
            return min(max(float(self._said.get(name, "1")), 0.0), 1.0)
        except ValueError:
            self.units.dropped.note(reason, self._said[name])
            return 1.0

    def _evidence(self) -> dict[str, Any]:
        try:
            evidence = json.loads(self._said.get("x-evidence", "{}"))
        except ValueError:
            evidence = None
        if isinstance(evidence, dict):
            return evidence
        self.units.dropped.note("evidence that is not a JSON object", self._said["x-evidence"])
        return {}


read, read_all = _Reader.read, _Reader.read_all
