"""Scripts of words, by the Unicode names of their letters: ``LATIN``, ``CYRILLIC``, ``CJK``."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

LATIN = "LATIN"
SAMPLE = 2_000  # most frequent words that tell the script of a language; round number


@lru_cache(maxsize=200_000)
def script_of_word(word: str) -> str:
    """The script of the first letter; empty for a word without letters."""
    return next((_script(letter) for letter in word if letter.isalpha()), "")


def main_script(words: Sequence[str]) -> str:
    """The script of most of the letters of the first words; empty where there are no letters."""
    scripts: Counter[str] = Counter()
    for letter, count in Counter("".join(words[:SAMPLE])).items():
        if letter.isalpha():
            scripts[_script(letter)] += count
    return max(scripts, key=lambda script: (scripts[script], script), default="")


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0].split("-")[0]
