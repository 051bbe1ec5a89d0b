"""Words in Latin letters, so that loan words and names of two scripts can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

SAMPLE = 2_000  # most frequent words that tell the script of a language; round number


def main_script(words: Sequence[str]) -> str:
    """The script of most of the letters of the first words, by the first word of their Unicode names: ``LATIN``."""
    letters = Counter("".join(words[:SAMPLE]))
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        if letter.isalpha():
            scripts[_script(letter)] += count
    return max(scripts, key=lambda script: (scripts[script], script), default="")


def romanised(words: Sequence[str]) -> list[str]:
    """Each word in lower-case Latin letters, without marks: ``компьютер`` is ``kompyuter``.

    Han characters stay as they are: their reading depends on the language.
    """
    from anyascii import anyascii

    def letters(text: str) -> str:
        return anyascii(text).lower().replace("'", "")

    def romanised(word: str) -> str:
        if word.isascii():
            return word.lower()
        return "".join(part if _HAN.match(part) else letters(part) for part in _HAN.split(word))

    return [romanised(word) for word in words]


def sound_form(romanised: str) -> str:
    """Letters that scripts write for one sound, made one: ``jakob`` and ``iacob`` are ``iakob``.

    Empty for words of a single letter and for what is no word.
    """
    if len(romanised) < 2 or not romanised.isalpha():
        return ""
    return _REPEATED.sub(r"\1", romanised.replace("ph", "f").replace("kh", "h").translate(_SOUNDS))


@lru_cache(maxsize=10_000)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0].split("-")[0]


_HAN = re.compile(r"([\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)")
_SOUNDS = str.maketrans({"c": "k", "q": "k", "w": "v", "j": "i", "y": "i", "x": "ks"})
_REPEATED = re.compile(r"(.)\1+")
