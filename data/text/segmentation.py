"""The words of running text, also in scripts that write them without blanks between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import log

from isogloss.data.text.tokens import is_unspaced, tokens

MAX_WORD = 8  # letters; longer words without blanks are mostly compounds; chosen by hand, not tuned by a script


@dataclass(frozen=True)
class Segmenter:
    """Splits text into words, most of them from ``vocabulary``, which names the most frequent word first.

    Where a script writes no blanks, the words are those of the likeliest path through the vocabulary, each word as
    likely as its rank says by Zipf's law and a letter that is no word less likely than any of them.
    """

    vocabulary: Sequence[str]

    def words(self, text: str) -> list[str]:
        """The words of ``text`` in lower case, known or not, in their order."""
        return [word for piece in tokens(text) for word in self._within(piece)]

    @cached_property
    def _cost(self) -> dict[str, float]:
        """What each word that the search may use costs: its negative log-probability, but for a constant."""
        short = ((row, word) for row, word in enumerate(self.vocabulary) if len(word) <= MAX_WORD)
        return {word: log(row + 2) + 2 for row, word in short if any(map(is_unspaced, word))}

    def _within(self, piece: str) -> Iterator[str]:
        if piece.isascii():
            yield piece
            return
        for unspaced, letters in groupby(piece, is_unspaced):
            part = "".join(letters)
            if unspaced:
                yield from self._likeliest(part)
            else:
                yield part

    def _likeliest(self, text: str) -> list[str]:
        """The cheapest way through ``text`` (Viterbi)."""
        unknown = log(len(self.vocabulary) + 2) + 4
        cost, start = [0.0], [0]
        for end in range(1, len(text) + 1):
            best, begin = cost[end - 1] + self._cost.get(text[end - 1], unknown), end - 1
            for at in range(max(0, end - MAX_WORD), end - 1):
                word_cost = self._cost.get(text[at:end])
                if word_cost is not None and cost[at] + word_cost < best:
                    best, begin = cost[at] + word_cost, at
            cost.append(best)
            start.append(begin)
        words, end = [], len(text)
        while end:
            words.append(text[start[end] : end])
            end = start[end]
        return words[::-1]
