"""Words without case and accents, as they are compared and searched."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def search_form(word: str) -> str:
    """``word`` without case and accents: ``Éléphant`` and ``elephant`` are found by each other.

    Accents, Hebrew points and Arabic short vowels go. Marks that make another letter stay: Indic vowel signs,
    Thai vowels and tones, the voicing mark of Japanese kana.
    """
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return unicodedata.normalize("NFC", decomposed.translate(_ACCENTS))


def search_forms(words: Sequence[str]) -> list[str]:
    """``search_form`` of each of very many words, several times as fast."""
    forms = [word.lower() for word in words]
    not_ascii = [place for place, word in enumerate(words) if not word.isascii()]
    joined = "\0".join([words[place] for place in not_ascii])  # a character that no mark joins
    if joined.count("\0") >= len(not_ascii) > 0:  # it stands in a word
        return [search_form(word) for word in words]
    decomposed = unicodedata.normalize("NFD", joined.casefold())
    for character in set(decomposed):
        if _ACCENTS[ord(character)] is None:
            decomposed = decomposed.replace(character, "")
    for place, form in zip(not_ascii, unicodedata.normalize("NFC", decomposed).split("\0"), strict=False):
        forms[place] = form
    return forms


class _Accents(dict[int, int | None]):
    """A table for ``str.translate`` that takes accents out, and learns of each character when it meets it."""

    def __missing__(self, point: int) -> int | None:
        place = unicodedata.combining(chr(point))  # the canonical combining class
        self[point] = None if 10 <= place <= 36 or place >= 200 else point
        return self[point]


_ACCENTS = _Accents()
