"""Which words of a file are kept: the same rules for every format."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SHOWN_REPEATS = 3  # warnings spelled out before they are only counted: a round number


def cleaned(word: str, lowercase: bool = True) -> str:
    """``word`` in Unicode normal form C and, unless ``lowercase`` is false, in lower case."""
    if word.isascii():
        return word.lower() if lowercase else word
    return unicodedata.normalize("NFC", word.lower() if lowercase else word)


class Vocabulary:
    """Collects the words of one file, most frequent first, until ``max_vocab`` of them are kept.

    Words are cleaned before they are counted, so that the cut leaves as many words as it says; the first of several
    that become equal is the most frequent one and stays (as in MUSE; Conneau et al., 2018).
    """

    def __init__(self, path: Path, *, max_vocab: int | None = None, lowercase: bool = True) -> None:
        if max_vocab is not None and max_vocab < 1:
            raise ValueError(f"max_vocab is {max_vocab}: at least one word must be kept, or None for all")
        self.path = path
        self.max_vocab = max_vocab
        self.lowercase = lowercase
        self.words: list[str] = []
        self.rows = 0  # rows of the file that were looked at
        self.collisions = 0  # rows left out because their word differs from an earlier one in case or form only
        self.repeated = 0  # rows left out because their very word came before
        self.wordless: list[int] = []  # lines without a word
        self._kept: set[str] = set()
        self._place: dict[str, int] = {}
        self._repeats: list[tuple[str, int, int]] = []

    @property
    def full(self) -> bool:
        """Whether no further word will be kept."""
        return self.max_vocab is not None and len(self.words) >= self.max_vocab

    def admit(self, words: Sequence[str], lines: Sequence[int]) -> NDArray[np.intp]:
        """Keep the new ones among ``words``, which stand on ``lines``; returns their positions in ``words``."""
        kept = []
        for position, (word, line) in enumerate(zip(words, lines, strict=True)):
            if self.full:
                break
            self.rows += 1
            if self._place.setdefault(word, line) != line:
                self._repeat(word, line)
                continue
            clean = cleaned(word, self.lowercase)
            if clean in self._kept:
                self.collisions += 1
                continue
            self._kept.add(clean)
            self.words.append(clean)
            kept.append(position)
        return np.array(kept, dtype=np.intp)

    def warnings(self) -> tuple[str, ...]:
        """What the user should know: rows without a word, and words that stand in the file more than once."""
        messages = [
            f"{self.path}:{line}: {word!r} repeats line {first}; the first is kept"
            for word, line, first in self._repeats
        ]
        if more := self.repeated - len(messages):
            messages.append(f"{self.path}: {more:,} more rows repeat a word; the first is kept")
        if self.wordless:
            count = f"{len(self.wordless):,} rows" if len(self.wordless) > 1 else "a row"
            messages.append(f"{self.path}:{self.wordless[0]}: {count} without a word; left out")
        return tuple(messages)

    def note_wordless(self, line: int) -> None:
        """Remember that ``line`` has numbers but no word."""
        self.wordless.append(line)

    def _repeat(self, word: str, line: int) -> None:
        self.repeated += 1
        if len(self._repeats) < SHOWN_REPEATS:
            self._repeats.append((word, line, self._place[word]))
