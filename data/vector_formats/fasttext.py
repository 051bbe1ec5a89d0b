"""fastText models (``.bin``), which make a vector for any word from its character n-grams."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Sequence
from contextlib import redirect_stderr
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from isogloss.data.errors import FormatError
from isogloss.data.progress import Progress
from isogloss.data.vector_formats import RawVectors
from isogloss.data.vectors import Matrix
from isogloss.data.words import cleaned

MAGIC = (793_712_314).to_bytes(4, "little")
FIRST_ENTRY = 92  # bytes before the word list, by the format
SUPERVISED = 3  # the number of classifiers in the field "model", by the format
BATCH = 10_000  # words between two steps of the progress; round number


class Model:
    """The subwords of a fastText model (Bojanowski et al., 2017), which is loaded when they are first asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def vectors(self, words: Sequence[str]) -> Matrix:
        """The vectors of ``words``, shape ``(len(words), d)``; a row of zeros where no n-gram is known."""
        matrix = np.zeros((len(words), self._model.get_dimension()), np.float32)
        for row, word in enumerate(words):
            if word:  # fastText takes the empty word for the end of a sentence
                matrix[row] = self._model.get_word_vector(word)
        return matrix

    @cached_property
    def _model(self) -> Any:
        import fasttext

        with redirect_stderr(StringIO()):  # some versions print a warning that concerns nobody
            try:
                return fasttext.load_model(str(self.path))
            except (ValueError, RuntimeError, MemoryError) as error:
                expected = "a whole .bin file; fetch it again"
                raise FormatError.at(self.path, None, f"no fastText model ({error})", expected) from error


def matches(path: Path) -> bool:
    """Whether ``path`` begins with the magic number of fastText."""
    with path.open("rb") as stream:
        return stream.read(4) == MAGIC


def read(path: Path, *, max_vocab: int | None, progress: Progress, words: Sequence[str] | None) -> RawVectors:
    """The words of a model, most frequent first, with their vectors; those of ``words`` instead, where given.

    Raises:
        FormatError: The file is cut off or fastText cannot load it.
    """
    listed, settings = _contents(path)
    warnings: tuple[str, ...] = ()
    vocabulary, unreadable = (list(words), 0) if words is not None else _decoded(listed, max_vocab)
    if unreadable:
        warnings = (f"{path}: {unreadable:,} words are not UTF-8; left out",)
    model = Model(path)
    batches = [vocabulary[start : start + BATCH] for start in range(0, len(vocabulary), BATCH)]
    matrix = np.concatenate([model.vectors(batch) for batch in progress(batches, f"Reading {path.name}", len(batches))])
    return RawVectors(vocabulary, matrix, model if settings.longest_ngram else None, warnings)


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
        ngrams = self.longest_ngram == 0 or (0 < self.shortest_ngram <= self.longest_ngram and self.buckets > 0)
        return (
            self.dimensions > 0
            and self.buckets >= 0
            and ngrams
            and self.loss in range(1, 5)
            and self.model in (1, 2, 3)
        )


def _contents(path: Path) -> tuple[list[bytes], Settings]:
    """The word list of the file, after a check that it is whole: fastText itself does not notice, or crashes."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            return _walked(path, content)
        except (struct.error, IndexError) as error:
            raise _cut_off(path, len(content)) from error


def _walked(path: Path, content: mmap.mmap) -> tuple[list[bytes], Settings]:
    settings = Settings(*struct.unpack_from("<12i", content, 8))
    entries, word_count, label_count, _, pruned = struct.unpack_from("<3i2q", content, 64)
    words, place = _entries(path, content, entries)
    if not settings.plausible or (len(words), entries - len(words)) != (word_count, label_count) or not words:
        raise FormatError.at(path, None, "settings that make no sense", "a fastText model; fetch it again")
    if content[place + 8 * max(pruned, 0)]:
        found = "a quantised model (.ftz), made for classification"
        raise FormatError.at(path, None, found, "a whole model with word vectors (.bin)")
    outputs = label_count if settings.model == SUPERVISED else word_count
    for rows in (word_count + settings.buckets, outputs):
        place += 1  # whether the next matrix is quantised
        if struct.unpack_from("<2q", content, place) != (rows, settings.dimensions):
            found = "a matrix of another size than the settings say"
            raise FormatError.at(path, None, found, f"{rows:,} × {settings.dimensions}; fetch the file again")
        place += 16 + 4 * rows * settings.dimensions
    if place > len(content):
        raise _cut_off(path, len(content))
    return words, settings


def _entries(path: Path, content: mmap.mmap, count: int) -> tuple[list[bytes], int]:
    """The words, without labels, and where their list ends: each has a zero byte, a count and a kind after it."""
    place, words = FIRST_ENTRY, []
    for _ in range(count):
        end = content.find(b"\0", place)
        if end < 0:
            raise _cut_off(path, len(content))
        if content[end + 9] == 0:
            words.append(content[place:end])
        place = end + 10
    return words, place


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
