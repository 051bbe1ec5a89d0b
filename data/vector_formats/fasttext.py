"""fastText models (``.bin``), which make a vector for any word from its character n-grams."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from isogloss.data.errors import FormatError
from isogloss.data.progress import Progress
from isogloss.data.vector_formats import RawVectors
from isogloss.data.vector_formats.subwords import SubwordTable
from isogloss.data.vectors import Matrix
from isogloss.data.words import cleaned

MAGIC = (793_712_314).to_bytes(4, "little")  # by the format
FIRST_ENTRY = 92  # bytes before the word list, by the format
SUPERVISED = 3  # the number of classifiers in the field "model", by the format
NO_NGRAMS = 11  # classifiers of this version have none, whatever their settings say
MOST_OFTEN = 1 << 53  # times that a word occurs at most; no corpus is as long
LONGEST_NGRAM = 100  # characters; round number
LONGEST_WORD = 4096  # bytes; round number
BATCH = 10_000  # words between two steps of the progress; round number
NO_MODEL = "a fastText model; fetch it again"


class Model:
    """The subwords of a fastText model (Bojanowski et al., 2017), which is opened when they are first asked for.

    The file is mapped and its table read here, row by row: fastText itself takes all of it into memory, and what a
    damaged file says for granted.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def words(self) -> list[bytes]:
        """The words of the file, most frequent first."""
        return list(self._table.row_of)

    @property
    def has_subwords(self) -> bool:
        """Whether the model knows n-grams, and so has a vector for any word."""
        return self._table.longest > 0

    def vectors(self, words: Sequence[str]) -> Matrix:
        """The vectors of ``words``, shape ``(len(words), d)``; a row of zeros where no n-gram is known."""
        return self._table.vectors(words)

    @cached_property
    def _table(self) -> SubwordTable:
        with self.path.open("rb") as stream:
            content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            return _walked(self.path, content)
        except (struct.error, IndexError) as error:
            raise _cut_off(self.path, len(content)) from error


def matches(path: Path) -> bool:
    """Whether ``path`` begins with the magic number of fastText."""
    with path.open("rb") as stream:
        return stream.read(4) == MAGIC


def read(path: Path, *, max_vocab: int | None, progress: Progress, words: Sequence[str] | None) -> RawVectors:
    """The words of a model, most frequent first, with their vectors; those of ``words`` instead, where given.

    Raises:
        FormatError: The file is cut off, or does not agree with itself.
    """
    model = Model(path)
    warnings: tuple[str, ...] = ()
    vocabulary, unreadable = (list(words), 0) if words is not None else _decoded(model.words, max_vocab)
    if unreadable:
        warnings = (f"{path}: {unreadable:,} words are not UTF-8; left out",)
    batches = [vocabulary[start : start + BATCH] for start in range(0, len(vocabulary), BATCH)]
    matrix = np.concatenate([model.vectors(batch) for batch in progress(batches, f"Reading {path.name}", len(batches))])
    return RawVectors(vocabulary, matrix, model if model.has_subwords else None, warnings)


class Settings(NamedTuple):
    """The settings at the head of the file, in its order; those that matter here are named."""

    dimensions: int
    window: int
    epochs: int
    min_count: int
    negatives: int
    word_ngrams: int
    loss: int
    model: int
    buckets: int
    shortest_ngram: int
    longest_ngram: int
    rate_updates: int

    @property
    def plausible(self) -> bool:
        """Whether fastText could have written them; it divides by some of them unseen."""
        shortest, longest = self.shortest_ngram, self.longest_ngram
        ngrams = longest == 0 or (0 < shortest <= longest <= LONGEST_NGRAM and self.buckets > 0)
        return (
            self.dimensions > 0
            and self.buckets >= 0
            and ngrams
            and self.loss in range(1, 5)
            and self.model in (1, 2, 3)
        )


def _walked(path: Path, content: mmap.mmap) -> SubwordTable:
    """The table of ``content``, after a check that the file is whole and agrees with itself."""
    version, *values = struct.unpack_from("<13i", content, 4)
    settings = Settings(*values)
    if version <= NO_NGRAMS and settings.model == SUPERVISED:
        settings = settings._replace(longest_ngram=0)
    entries, word_count, label_count, _, pruned = struct.unpack_from("<3i2q", content, 64)
    if not settings.plausible or not 0 < word_count <= entries or entries - word_count != label_count:
        raise FormatError.at(path, None, "invalid settings", NO_MODEL)
    words, place = _entries(path, content, entries, word_count)
    if content[place + 8 * max(pruned, 0)]:
        found = "a quantised model (.ftz), made for classification"
        raise FormatError.at(path, None, found, "a model with word vectors (.bin), not quantised")
    inputs, size = word_count + settings.buckets, 4 * settings.dimensions
    outputs = label_count if settings.model == SUPERVISED else word_count
    start = place + 17
    for rows in (inputs, outputs):
        place += 1  # whether the next matrix is quantised
        if struct.unpack_from("<2q", content, place) != (rows, settings.dimensions):
            found = "a matrix whose size differs from the settings"
            raise FormatError.at(path, None, found, f"{rows:,} × {settings.dimensions}; fetch the file again")
        place += 16 + size * rows
    if place > len(content):
        raise _cut_off(path, len(content))
    table = np.frombuffer(content, np.uint8, inputs * size, start).reshape(inputs, size)
    return SubwordTable(words, table, settings.shortest_ngram, settings.longest_ngram, settings.buckets)


def _entries(path: Path, content: mmap.mmap, count: int, words: int) -> tuple[dict[bytes, int], int]:
    """The row of each word, and where the list ends: an entry has a zero byte, a count and a kind after it.

    The first ``words`` of ``count`` entries are words, the others labels.
    """
    place, row_of, ends = FIRST_ENTRY, dict[bytes, int](), list[int]()
    for row in range(count):
        end = content.find(b"\0", place, place + LONGEST_WORD)
        if end < 0 and len(content) - place > LONGEST_WORD:
            raise FormatError.at(path, None, f"no end of word {row + 1:,} within {LONGEST_WORD} bytes", NO_MODEL)
        if end < 0 or end + 10 > len(content):
            raise _cut_off(path, len(content))
        if row < words:
            row_of[content[place:end]] = row
        ends.append(end)
        place = end + 10
    tails = np.frombuffer(content, np.uint8, place)[np.array(ends)[:, None] + np.arange(1, 10)]
    often, kinds = tails[:, :8].copy().view("<i8").ravel(), tails[:, 8]
    if (often < 0).any() or (often > MOST_OFTEN).any() or (kinds != (np.arange(count) >= words)).any():
        found = "a word list with invalid counts or kinds"
        raise FormatError.at(path, None, found, NO_MODEL)
    if len(row_of) != words:
        raise FormatError.at(path, None, "a word list that repeats words", NO_MODEL)
    return row_of, place


def _cut_off(path: Path, size: int) -> FormatError:
    return FormatError.at(path, None, f"the end of the file after {size:,} bytes", "more; fetch the file again")


def _decoded(words: list[bytes], max_vocab: int | None) -> tuple[list[str], int]:
    """The readable words, as many as give ``max_vocab`` different ones in lower case, and the number of others."""
    readable, different, unreadable = [], set(), 0
    for word in words:
        try:
            readable.append(word.decode())
        except UnicodeDecodeError:
            unreadable += 1
            continue
        different.add(cleaned(readable[-1]))
        if max_vocab is not None and len(different) >= max_vocab:
            break
    return readable, unreadable
