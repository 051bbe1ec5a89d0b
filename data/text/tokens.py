"""The tokens of running text whose words have blanks between them, and the scripts that write none."""

from __future__ import annotations

import unicodedata

from isogloss.data.words import cleaned

# Scripts that write words without blanks between them, by how Unicode names their letters.
UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
JOINERS = {ord("'"): "'", ord("’"): "'", 0x200C: "\u200c", 0x200D: "\u200d"}  # kept inside words


def tokens(text: str) -> list[str]:
    """The words of ``text`` in lower case: runs of letters, marks and digits, with apostrophes and joiners inside."""
    pieces = cleaned(text).translate(_SEPARATORS).split()
    return [word for piece in pieces if (word := piece.strip("'\u200c\u200d"))]


def is_unspaced(letter: str) -> bool:
    """Whether ``letter`` belongs to a script that is written without blanks between words."""
    return not letter.isascii() and unicodedata.name(letter, "").startswith(UNSPACED)


class _Separators(dict[int, str]):
    """A table for ``str.translate``: letters, marks and digits stay, all else becomes a blank; filled as needed."""

    def __missing__(self, code: int) -> str:
        self[code] = chr(code) if unicodedata.category(chr(code))[0] in "LMN" else " "
        return self[code]


_SEPARATORS = _Separators(JOINERS)
