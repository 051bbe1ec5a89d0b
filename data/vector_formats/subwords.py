"""Words as the means of rows of a table: their own and those of their character n-grams (Bojanowski et al., 2017)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from isogloss.data.vectors import Matrix

END_OF_LINE = "</s>"  # a word of its own for fastText, without n-grams
_AT_ONCE = 1 << 17  # rows that are added up at a time, so that work stays within the processor cache; round number
_OFFSET, _PRIME = np.uint32(2_166_136_261), np.uint32(16_777_619)  # of the hash FNV-1a


@dataclass(frozen=True, eq=False)
class SubwordTable:
    """What fastText learns.

    ``row_of`` has the rows of whole words; those of the ``buckets`` that n-grams are hashed into follow. ``rows`` has
    shape ``(words + buckets, 4 d)``: float32 as bytes, since a file may begin a row anywhere. ``longest`` is 0 where
    there are no n-grams.
    """

    row_of: Mapping[bytes, int]
    rows: NDArray[np.uint8]
    shortest: int
    longest: int
    buckets: int

    def vectors(self, words: Sequence[str]) -> Matrix:
        """The vectors of ``words``, shape ``(len(words), d)``; a row of zeros where no n-gram is known."""
        sizes = self.longest - self.shortest + 1
        most = np.cumsum([1 + (len(word) + 2) * sizes for word in words])  # rows, at the very most
        bounds = np.searchsorted(most, np.arange(_AT_ONCE, most[-1], _AT_ONCE)) if len(words) else ()
        groups = [words[first:last] for first, last in pairwise(np.unique([0, *bounds, len(words)]).tolist())]
        return np.concatenate([np.zeros((0, self.rows.shape[1] // 4), np.float32), *map(self._means, groups)])

    def _means(self, words: Sequence[str]) -> Matrix:
        rows, owners = self._rows_of(words)
        counts = np.bincount(owners, minlength=len(words))
        order = np.argsort(-counts, kind="stable")  # so that those with another row to add are the first ones
        starts, falling = (np.cumsum(counts) - counts)[order], -counts[order]
        sums = np.zeros((len(words), self.rows.shape[1] // 4), np.float32)
        for place in range(-int(falling[0])):
            having = int(np.searchsorted(falling, -place))
            sums[:having] += self.rows.take(rows[starts[:having] + place], axis=0).view("<f4")
        means = np.empty_like(sums)
        means[order] = sums * (1 / np.maximum(-falling, 1)).astype(np.float32)[:, None]
        return means

    def _rows_of(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The rows that ``words`` are the means of, and the place of the word that each belongs to."""
        keys = [word.encode("utf-8", "surrogatepass") for word in words]
        pairs = [(place, self.row_of[key]) for place, key in enumerate(keys) if key in self.row_of]
        places, rows = np.array(pairs, np.int64).reshape(-1, 2).T
        split = [place for place, word in enumerate(words) if word and word != END_OF_LINE]
        if not self.longest or not split:
            return rows, places
        parts = [words[place] for place in split]
        buckets, owners = ngram_buckets(parts, self.shortest, self.longest, self.buckets)
        rows, places = np.append(rows, len(self.row_of) + buckets), np.append(places, np.array(split)[owners])
        order = np.argsort(places, kind="stable")  # a word's own row before its n-grams, as fastText adds them
        return rows[order], places[order]


def ngram_buckets(
    words: Sequence[str], shortest: int, longest: int, buckets: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The bucket of each n-gram of ``words``, and the place of its word, in the order in which fastText adds them.

    Args:
        words: Any, but no empty one.
        shortest: Characters of an n-gram at least; the marks of a word's start and end count.
        longest: Characters of an n-gram at most.
        buckets: The n-grams are hashed into so many.
    """
    text = np.frombuffer("".join(f"<{word}>" for word in words).encode("utf-8", "surrogatepass"), np.int8)
    signed = text.astype(np.int32).view(np.uint32)  # fastText takes bytes as signed numbers
    starts = np.flatnonzero((text.view(np.uint8) & 0xC0) != 0x80)  # of characters
    widths = np.diff(starts, append=len(text))
    lengths = np.array([len(word) + 2 for word in words], np.int64)  # in characters, with both marks
    ends = np.cumsum(lengths)
    word_of = np.repeat(np.arange(len(words)), lengths)
    left = ends[word_of] - np.arange(len(starts))  # characters from each on to the end of its word
    first = np.zeros(len(starts), bool)
    first[ends - lengths] = True

    hashes = np.full(len(starts), _OFFSET, np.uint32)
    ids = np.zeros((len(starts), longest - shortest + 1), np.int64)
    valid = np.zeros(ids.shape, bool)
    for size in range(1, longest + 1):
        inside = np.flatnonzero(left >= size)
        character = inside + size - 1
        for byte in range(int(widths.max())):
            wide = widths[character] > byte
            longer, at = inside[wide], starts[character[wide]] + byte
            hashes[longer] = (hashes[longer] ^ signed[at]) * _PRIME
        if size >= shortest:
            ids[:, size - shortest] = hashes % np.uint32(buckets)
            valid[:, size - shortest] = (left >= size) & ~((size == 1) & (first | (left == 1)))
    return ids[valid], np.repeat(word_of, valid.sum(axis=1))
