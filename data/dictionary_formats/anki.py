"""Notes as Anki exports them: lines of directives (``#separator:tab``), then fields that may be HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from isogloss.data.lines import head

_SEPARATORS = {
    "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " ", "colon": ":",
}  # fmt: skip
_DIRECTIVE = re.compile(r"#([a-z ]{1,20}):(.*)")
_NOT_WORDS = ("guid column", "notetype column", "deck column", "tags column")
_SOUND = re.compile(r"\[(?:sound|anki):[^\][]*\]")
_BREAK = re.compile(r"<(?:br|div|p|li|tr)\b[^<>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]*>")


def is_anki(path: Path) -> bool:
    """Whether ``path`` begins with a directive of Anki."""
    return path.is_file() and head(path, 64).startswith((b"#separator:", b"#html:"))


class Notes:
    """What the directives of a file say: the separator, which columns hold no words, and whether text is HTML."""

    def __init__(self, path: Path) -> None:
        lines = head(path).decode("utf-8", "replace").splitlines()
        directives = {match[1]: match[2] for line in lines if (match := _DIRECTIVE.fullmatch(line))}
        name = directives.get("separator", "tab")
        self.separator = _SEPARATORS.get(name.casefold(), name[:1] or "\t")
        self.is_html = directives.get("html") == "true"
        numbers = [directives[name].strip() for name in _NOT_WORDS if name in directives]
        self._left_out = {int(number) - 1 for number in numbers if number.isdecimal() and len(number) < 4}

    def words_of(self, row: list[str]) -> list[str]:
        """The fields of a row that hold words, without markup; lines in a field are several words."""
        return [self._text(field) for place, field in enumerate(row) if place not in self._left_out]

    def _text(self, field: str) -> str:
        field = _SOUND.sub("", field)
        return "; ".join(self._lines(field)) if self.is_html else field.strip()

    def _lines(self, field: str) -> Iterator[str]:
        for line in _BREAK.split(field):
            if text := unescape(_MARKUP.sub("", line)).strip():
                yield text
