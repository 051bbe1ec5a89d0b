"""The binary format of word2vec: a header line, then each word, a blank and its float32 values."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from isogloss.data.errors import FormatError
from isogloss.data.lines import BLOCK, BROKEN, WHOLE, head, opened
from isogloss.data.progress import Progress, silent
from isogloss.data.text.cleaning import Vocabulary
from isogloss.data.vector_formats.stack import Stack
from isogloss.data.vectors import Matrix

HEADER = re.compile(rb"(\d+) (\d+)\n")
MAX_WORD = 4096  # bytes; round number
MAX_DIMENSIONS = 1_000_000  # a header beyond is damaged; round number
NUMBERS = re.compile(rb"[-+0-9.eEnaif \t\r]*")  # what a row of written numbers is made of
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


class Rows(NamedTuple):
    """Whole rows of the file: their words, and the bytes of their values."""

    words: list[bytes]
    values: list[bytes]


def matches(path: Path) -> bool:
    """Whether a header line is followed by a word and by bytes that are no written numbers."""
    start = head(path)
    header = HEADER.match(start)
    if not header:
        return False
    dimensions = int(header[2])
    values = start[header.end() :].partition(b" ")[2]
    line = values.split(b"\n", 1)[0]
    if NUMBERS.fullmatch(line) and len(line.split()) == dimensions:
        return False
    return _is_binary(values[: 4 * dimensions])


def read_into(vocabulary: Vocabulary, path: Path, *, progress: Progress = silent) -> Matrix:
    """Fill ``vocabulary`` with the words of ``path``; returns their vectors, shape ``(len(vocabulary.words), d)``.

    Raises:
        FormatError: The header is missing, or announces many more or fewer rows than there are.
    """
    with opened(path) as stream:
        header = HEADER.fullmatch(stream.readline(100))
        if not header or not int(header[1]) or not int(header[2]):
            raise FormatError.at(path, 1, "no header", "the numbers of words and of dimensions")
        count, dimensions = int(header[1]), int(header[2])
        if dimensions > MAX_DIMENSIONS:
            raise FormatError.at(path, 1, f"a header of {dimensions} dimensions", f"at most {MAX_DIMENSIONS:,}")
        stack = Stack(dimensions, count, vocabulary.max_vocab)
        seen = 0
        row_blocks = _rows(path, stream, count, 4 * dimensions)
        for rows in progress(row_blocks, f"Reading {path.name}", -(-path.stat().st_size // BLOCK)):
            stack.append(_kept(path, rows, seen, dimensions, vocabulary))
            seen += len(rows.words)
            if vocabulary.full:
                return stack.matrix
    vocabulary.note_count(None, count, seen)
    return stack.matrix


def _is_binary(values: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(values)
    except UnicodeDecodeError:
        return True
    return CONTROL.search(values) is not None


def _rows(path: Path, stream: IO[bytes], count: int, size: int) -> Iterator[Rows]:
    """All whole rows, ``size`` bytes of values each, some megabytes at a time.

    Raises:
        FormatError: The file ends within a row, before there are ``count``.
    """
    rest, seen = b"", 0
    while chunk := _chunk(path, stream, max(BLOCK, size), seen):
        rows, rest = _divided(path, rest + chunk, size, seen)
        seen += len(rows.words)
        if rows.words:
            yield rows
    if rest.strip() and seen < count:
        found = f"the end of the file after {seen:,} rows and a part of one"
        raise FormatError.at(path, None, found, f"{count:,} rows as its first line says; fetch the file again")


def _chunk(path: Path, stream: IO[bytes], size: int, seen: int) -> bytes:
    try:
        return stream.read(size)
    except (*BROKEN, OSError) as error:
        found = f"damaged or cut-off compressed data after {seen:,} rows ({error})"
        raise FormatError.at(path, None, found, WHOLE) from error


def _divided(path: Path, buffer: bytes, size: int, seen: int) -> tuple[Rows, bytes]:
    """The whole rows in ``buffer``, and what is left of it."""
    rows, start = Rows([], []), 0
    while True:
        blank = buffer.find(b" ", start, start + MAX_WORD)
        if blank < 0 and len(buffer) - start >= MAX_WORD:
            found = f"no end of word {seen + len(rows.words) + 1:,} within {MAX_WORD} bytes"
            raise FormatError.at(path, None, found, "a word, a space and its values")
        if blank < 0 or blank + 1 + size > len(buffer):
            break
        rows.words.append(buffer[start:blank].removeprefix(b"\n"))
        rows.values.append(buffer[blank + 1 : blank + 1 + size])
        start = blank + 1 + size
    return rows, buffer[start:]


def _kept(path: Path, rows: Rows, seen: int, dimensions: int, vocabulary: Vocabulary) -> Matrix:
    words, values, numbers = [], [], []
    for number, (word, row) in enumerate(zip(rows.words, rows.values, strict=True), seen + 1):
        try:
            words.append(word.decode())
        except UnicodeDecodeError:
            found = f"bytes {word[:40]!r} as word {number:,}"
            vocabulary.leave_out(FormatError.at(path, None, found, "a word in UTF-8"))
            continue
        values.append(row)
        numbers.append(number)
    admitted = vocabulary.admit(words, numbers)
    content = b"".join(values[row] for row in admitted)
    matrix = np.frombuffer(content, "<f4").reshape(len(admitted), dimensions).astype(np.float32, copy=False)
    good = np.asarray(np.isfinite(matrix).all(axis=1))
    if good.all():
        return matrix
    for row in admitted[~good].tolist():
        found = f"a value that is infinite or not a number for word {numbers[row]:,}, {words[row]!r}"
        vocabulary.leave_out(FormatError.at(path, None, found, "finite numbers only"))
    vocabulary.retract(good)
    return matrix[good]
