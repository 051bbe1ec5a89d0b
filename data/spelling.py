"""Words without case and accents, as they are compared and searched."""

from __future__ import annotations

import unicodedata


def search_form(word: str) -> str:
    """``word`` without case and accents: ``Éléphant`` and ``elephant`` are found by each other.

    Accents, Hebrew points and Arabic short vowels go. Marks that make another letter stay: Indic vowel signs,
    Thai vowels and tones, the voicing mark of Japanese kana.
    """
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return unicodedata.normalize("NFC", decomposed.translate(_ACCENTS))


class _Accents(dict[int, int | None]):
    """A table for ``str.translate`` that takes accents out, and learns of each character when it meets it."""

    def __missing__(self, point: int) -> int | None:
        place = unicodedata.combining(chr(point))  # the canonical combining class
        self[point] = None if 10 <= place <= 36 or place >= 200 else point
        return self[point]


_ACCENTS = _Accents()
