"""The character n-grams of a vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isogloss.data.text.romanisation import romanised, sound_forms
from isogloss.data.text.scripts import LATIN, main_script
from isogloss.data.text.spelling import search_forms
from isogloss.data.vectors import Matrix

LENGTHS = (1, 2, 3)  # letters of an n-gram; chosen by hand, not tuned by a script
MAX_NGRAMS = 2048  # most frequent n-grams of a language; twice as many rank no better (docs/decisions.md)

BEGINNING = 4  # letters that inflections of a word have in common; chosen by hand, not tuned by a script
HELD = 100_000  # words whose n-grams are kept, some 20 MB; round number


@dataclass(frozen=True, eq=False)
class Ngrams:
    """The character n-grams of a language's ``words``: ``place`` numbers them, ``weight`` is their rarity (idf)."""

    words: Sequence[str]
    place: dict[str, int]
    weight: Matrix

    @classmethod
    def of(cls, words: Sequence[str]) -> Ngrams:
        """Count the n-grams of ``words``; those of a single word are left out."""
        counts = Counter(gram for word in words for gram in set(_grams(word)))
        common = sorted((item for item in counts.items() if item[1] > 1), key=lambda item: (-item[1], item[0]))[
            :MAX_NGRAMS
        ]
        rarity = [np.log(len(words) / (1 + count)) for _, count in common]
        place = {gram: number for number, (gram, _) in enumerate(common)}
        return cls(words, place, np.maximum(np.array(rarity, np.float32), 0.1))

    @cached_property
    def own(self) -> Any:
        """The rows of ``words``."""
        return self.rows(self.words)

    def rows_of(self, places: NDArray[np.int64]) -> Any:
        """The rows of the words at ``places``: of few words without making those of all."""
        if "own" in vars(self) or len(places) > len(self.words):
            return self.own[places]
        words, place = np.unique(places, return_inverse=True)
        return self.rows([self.words[word] for word in words.tolist()])[place]

    @cached_property
    def script(self) -> str:
        """The script of most words."""
        return main_script(self.words)

    @cached_property
    def families(self) -> NDArray[np.int64]:
        """A number for each word, the same for words that begin alike, shape ``(n,)``."""
        numbers: dict[str, int] = {}
        return np.array([numbers.setdefault(word[:BEGINNING], len(numbers)) for word in self.words], np.int64)

    @cached_property
    def romanised(self) -> list[str]:
        """The words in Latin letters."""
        return romanised(self.words)

    @cached_property
    def _by_form(self) -> dict[str, int]:
        """The most frequent word of each form without case and accents, and every word as it is."""
        by_form = dict(zip(reversed(search_forms(self.words)), reversed(range(len(self.words))), strict=True))
        return by_form | {word: row for row, word in reversed(list(enumerate(self.words)))}

    def namesakes(self, words: Sequence[str]) -> NDArray[np.int64]:
        """The row of the word spelled like each of ``words``, but for case and accents; -1 where there is none.

        Returns:
            Shape ``(len(words),)``; a word spelled the very same goes before the most frequent that is nearly so.
        """
        rows = self._by_form
        return np.array(
            [rows.get(word, rows.get(form, -1)) for word, form in zip(words, search_forms(words), strict=True)],
            np.int64,
        )

    @cached_property
    def _by_sound(self) -> dict[str, int]:
        """The most frequent word of each form by sound; foreign words in Latin letters are found as they are."""
        foreign = self.script != LATIN
        forms = sound_forms(self.romanised)
        rows = range(len(forms) - 1, -1, -1)
        return {forms[row]: row for row in rows if forms[row] and not (foreign and self.words[row].isascii())}

    def loan_words(self, words: Sequence[str]) -> NDArray[np.int64]:
        """The row of the word that sounds like each of ``words`` of another script; -1 where there is none.

        Returns:
            Shape ``(len(words),)``.
        """
        rows = self._by_sound
        return np.array([rows.get(form, -1) for form in sound_forms(romanised(words))], np.int64)

    def rows(self, words: Sequence[str]) -> Any:
        """``words`` as sparse rows of unit length, a ``scipy.sparse.csr_array`` of shape ``(len(words), n-grams)``."""
        from scipy.sparse import csr_array

        places = [self._places(word) for word in words]
        starts = np.concatenate([[0], np.cumsum([len(row) for row in places])])
        columns = np.fromiter((place for row in places for place in row), np.int32, count=int(starts[-1]))
        values = self.weight[columns]
        lengths = np.sqrt(np.add.reduceat(np.append(values**2, 0), starts[:-1])) if len(words) else np.zeros(0)
        lengths[np.diff(starts) == 0] = 1
        values = values / np.repeat(lengths, np.diff(starts))
        return csr_array((values.astype(np.float32), columns, starts), shape=(len(words), len(self.place)))

    def _places(self, word: str) -> list[int]:
        """The numbers of its n-grams, kept, since the folds of a build ask for the same words again and again."""
        cache = self._known
        if (places := cache.get(word)) is None:
            if len(cache) >= HELD:
                cache.clear()
            places = cache[word] = sorted({self.place[gram] for gram in _grams(word) if gram in self.place})
        return places

    @cached_property
    def _known(self) -> dict[str, list[int]]:
        return {}


def _grams(word: str) -> Iterator[str]:
    framed = f"^{word}$"
    return (framed[start : start + n] for n in LENGTHS for start in range(len(framed) - n + 1))
