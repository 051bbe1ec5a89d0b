"""How a word is written: the form that is kept and the form that is searched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from data.errors import FormatError

_GRAMS = 3  # letters in a piece of the full-text index


def lemma(word: str) -> str:
    """``word`` as the graph keeps it: composed (Unicode NFC), without blanks around it."""
    return unicodedata.normalize("NFC", word).strip()


def search_form(word: str) -> str:
    """``word`` without case and accents: ``Éléphant`` and ``elephant`` are found by each other.

    Accents, Hebrew points and Arabic short vowels go. Marks that make another letter stay: Indic vowel signs,
    Thai vowels and tones, the voicing mark of Japanese kana.
    """
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return unicodedata.normalize("NFC", decomposed.translate(_ACCENTS))


def pieces(form: str) -> list[str]:
    """The overlapping pieces of three letters that the full-text index holds for a search form."""
    return [form[start : start + _GRAMS] for start in range(len(form) - _GRAMS + 1)]


def check_encodable(words: Iterable[str], where: str) -> None:
    """Refuse words that no file can hold.

    Raises:
        FormatError: A word has half of a surrogate pair, as broken decoding leaves it.
    """
    words = list(words)
    try:
        "\0".join(words).encode()
    except UnicodeEncodeError:
        broken = next(word for word in words if re.search("[\ud800-\udfff]", word))
        raise FormatError(
            f"{where}: found the word {broken!r}, which is no valid Unicode, expected text read as UTF-8"
        ) from None


class _Accents(dict[int, int | None]):
    """A table for ``str.translate`` that takes accents out, and learns of each character when it meets it."""

    def __missing__(self, point: int) -> int | None:
        place = unicodedata.combining(chr(point))  # the canonical combining class
        self[point] = None if 10 <= place <= 36 or place >= 200 else point
        return self[point]


_ACCENTS = _Accents()
