"""Vectors as text: one word and its numbers a line, with a header (fastText, word2vec) or without (GloVe)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np
import orjson

from isogloss.data.errors import FormatError
from isogloss.data.limits import limits, too_large
from isogloss.data.lines import blocks, head
from isogloss.data.progress import Progress, silent
from isogloss.data.tables import unquoted
from isogloss.data.text.cleaning import Vocabulary
from isogloss.data.vector_formats.stack import Stack, refuse_wordless
from isogloss.data.vectors import Matrix

try:  # three to four times as fast as orjson, but it has no wheels for every Python
    import simdjson
except ImportError:
    simdjson = None  # type: ignore[assignment]

HEADER = re.compile(rb"\s*(\d+)[ \t]+(\d+)\s*")
PROBED_LINES = 100  # decide on the dimensions of a file without a header; round number

# Numbers are handed to a JSON parser. Blanks become commas; what JSON would read as something else than a number
# becomes a letter that it refuses.
AS_JSON = bytes.maketrans(b' \t,[]{}":', b",,xxxxxxx")


@dataclass(frozen=True)
class Shape:
    """How many rows (``None``: not said) and how many numbers a row; ``header`` is 1 if the first line says so."""

    rows: int | None
    dimensions: int
    header: int


def matches(path: Path) -> bool:
    """Whether ``path`` begins with a header, or with a word and at least two numbers."""
    first = head(path, recode=False).split(b"\n", 1)[0]
    fields = first.split()
    return bool(HEADER.fullmatch(first)) or (len(fields) > 2 and all(map(_is_number, fields[-2:])))


def read_into(vocabulary: Vocabulary, path: Path, *, progress: Progress = silent) -> Matrix:
    """Fill ``vocabulary`` with the words of ``path``; returns their vectors, shape ``(len(vocabulary.words), d)``.

    Reading stops as soon as the vocabulary is full.

    Raises:
        FormatError: The file is empty or no text, or the header announces many more or fewer rows.
    """
    shape, stack, rows, line = None, None, 0, 0
    for block in blocks(path, description=f"Reading {path.name}", progress=progress):
        first, lines = block.first, [text.rstrip() for text in block.lines]
        if shape is None or stack is None:
            shape = _shape(path, lines)
            stack = Stack(shape.dimensions, shape.rows, vocabulary.max_vocab)
            first, lines = first + shape.header, lines[shape.header :]
        line = first + len(lines) - 1
        if not any(lines):
            continue
        rows += sum(map(bool, lines))
        stack.append(_rows(path, first, lines, shape, vocabulary))
        if vocabulary.full:
            return stack.matrix
    if shape is None or stack is None:
        raise FormatError.at(path, None, "an empty file", "one word and its numbers on each line")
    if shape.rows is not None:
        vocabulary.note_count(line, shape.rows, rows)
    if not vocabulary.words and not vocabulary.bad:
        raise FormatError.at(path, None, "no words", "one word and its numbers on each line")
    refuse_wordless(path, vocabulary.words)
    return stack.matrix


def _shape(path: Path, lines: list[bytes]) -> Shape:
    if header := HEADER.fullmatch(lines[0]):
        rows, dimensions = int(header[1]), int(header[2])
        if rows == 0 or dimensions == 0:
            found = f"a header of {rows} words and {dimensions} dimensions"
            raise FormatError.at(path, 1, found, "at least one of each")
        if dimensions > limits().line:
            raise too_large(path, 1, f"a header of {dimensions} dimensions", "line")
        return Shape(rows, dimensions, 1)
    widths = Counter(_width(line) for line in lines[:PROBED_LINES] if line)
    dimensions = widths.most_common(1)[0][0] if widths else 0
    if dimensions < 1:
        raise FormatError.at(path, 1, f"{_excerpt(lines[0])} and no numbers", "a word and its numbers on each line")
    return Shape(None, dimensions, 0)


def _width(line: bytes) -> int:
    """How many fields follow the word, which a tab ends, if there is one."""
    word, tab, numbers = line.partition(b"\t")
    return len(numbers.split()) if tab and word.strip() else len(line.split()) - 1


def _rows(path: Path, first: int, lines: list[bytes], shape: Shape, vocabulary: Vocabulary) -> Matrix:
    """The vectors of those rows of a block whose words are new."""
    parts = [text.partition(b" ") for text in lines]
    words, numbers = [part[0] for part in parts], [part[2] for part in parts]
    places: Sequence[int] = range(first, first + len(lines))
    if not all(words) or not _regular(numbers, shape.dimensions):
        words, numbers, places = _one_by_one(path, first, lines, shape, vocabulary)
    spelled = _decoded(words)
    if spelled is None:
        readable = [_is_utf8(word) for word in words]
        for word, line in compress(zip(words, places, strict=True), (not good for good in readable)):
            vocabulary.leave_out(FormatError.at(path, line, f"bytes {word[:40]!r}", "a word in UTF-8"))
        numbers, places = list(compress(numbers, readable)), list(compress(places, readable))
        spelled = [word.decode() for word in compress(words, readable)]
    if spelled and all(len(word) > 1 and word[0] == word[-1] == '"' for word in spelled):  # as R writes tables
        spelled = [unquoted(word) for word in spelled]
    admitted = vocabulary.admit(spelled, places)
    if len(admitted) < len(numbers):
        numbers, places = [numbers[row] for row in admitted], [places[row] for row in admitted]
    return _parsed(path, places, numbers, shape, vocabulary)


def _regular(rows: list[bytes], dimensions: int) -> bool:
    """Whether each row has ``dimensions`` fields with one space between them: the blanks are where they should be."""
    blanks = np.flatnonzero(np.frombuffer(b" ".join(rows), np.uint8) == 32)
    ends = np.cumsum(np.fromiter(map(len, rows), np.int64, len(rows)) + 1)[:-1] - 1
    return len(blanks) == len(rows) * dimensions - 1 and np.array_equal(blanks[dimensions - 1 :: dimensions], ends)


def _one_by_one(
    path: Path, first: int, lines: list[bytes], shape: Shape, vocabulary: Vocabulary
) -> tuple[list[bytes], list[bytes], list[int]]:
    """Words, numbers and line numbers of a block with unusual rows."""
    words, numbers, places = [], [], []
    for line, text in enumerate(lines, first):
        if not text:
            continue
        try:
            word, row = _divided(path, line, text, shape)
        except FormatError as fault:
            vocabulary.leave_out(fault)
            continue
        if not word:
            vocabulary.note_wordless(line)
            continue
        words.append(word)
        numbers.append(row)
        places.append(line)
    return words, numbers, places


def _divided(path: Path, line: int, text: bytes, shape: Shape) -> tuple[bytes, bytes]:
    """Word and numbers of an unusual row: tabs, several blanks, or blanks inside the word (as in GloVe 840B).

    Where a header tells the dimensions, the last so many fields are the numbers, whatever the word.
    """
    d = shape.dimensions
    word, tab, numbers = text.partition(b"\t")
    if tab and b" " in word.strip() and len(numbers.split()) == d:  # a tab ends the word, whatever it holds
        return word.strip(), b" ".join(numbers.split())
    fields = text.split()
    leading = not text[:1].isspace()
    extra = len(fields) - leading - d
    if extra < 0 or (extra > 0 and (not leading or (not shape.header and _is_number(fields[-d - 1])))):
        says = " as line 1 says" if shape.header else " as on the other lines"
        raise FormatError.at(path, line, f"{len(fields) - leading} numbers after {_excerpt(text)}", f"{d}{says}")
    if extra == 0:
        return (fields[0] if leading else b""), b" ".join(fields[-d:])
    return text.rsplit(maxsplit=d)[0], b" ".join(fields[-d:])


def _decoded(words: list[bytes]) -> list[str] | None:
    """``words`` as text; ``None`` where any is not UTF-8."""
    try:
        return b"\n".join(words).decode().split("\n") if words else []
    except UnicodeDecodeError:
        return None


def _is_utf8(word: bytes) -> bool:
    try:
        word.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parsed(path: Path, places: Sequence[int], rows: list[bytes], shape: Shape, vocabulary: Vocabulary) -> Matrix:
    """The numbers of ``rows`` as float32, shape ``(rows, d)``; bad rows are taken out of ``vocabulary`` again."""
    if not rows:
        return np.empty((0, shape.dimensions), np.float32)
    values = json_numbers(b"[" + b" ".join(rows).translate(AS_JSON) + b"]")
    if values is None or values.size != len(rows) * shape.dimensions or not np.isfinite(values).all():
        return _carefully_parsed(path, places, rows, shape, vocabulary)
    return values.reshape(len(rows), shape.dimensions)


def _carefully_parsed(
    path: Path, places: Sequence[int], rows: list[bytes], shape: Shape, vocabulary: Vocabulary
) -> Matrix:
    """``_parsed`` row by row."""
    values, good = [], np.ones(len(rows), np.bool_)
    for place, (line, row) in enumerate(zip(places, rows, strict=True)):
        try:
            values.append(_one_row(path, line, row, shape.dimensions))
        except FormatError as fault:
            vocabulary.leave_out(fault)
            good[place] = False
    if not good.all():
        vocabulary.retract(good)
    return (
        np.concatenate(values).reshape(-1, shape.dimensions) if values else np.empty((0, shape.dimensions), np.float32)
    )


def json_numbers(document: bytes, *, simd: bool = simdjson is not None) -> Matrix | None:
    """The numbers of a JSON list as float32, shape ``(n,)``; ``simd`` takes simdjson instead of orjson.

    ``None`` where some are not written as JSON has it (``+1``, ``.5``, ``nan``).
    """
    with np.errstate(over="ignore"):  # what does not fit is infinite, and found by the caller
        try:
            if not simd:
                return np.array(orjson.loads(document), dtype=np.float32)
            buffer = simdjson.Parser().parse(document).as_buffer(of_type="d")  # type: ignore[union-attr]
            return np.frombuffer(buffer, np.float64).astype(np.float32)
        except (ValueError, TypeError, RuntimeError):
            return None


def _one_row(path: Path, line: int, row: bytes, dimensions: int) -> Matrix:
    """The slow, explaining way."""
    values = []
    if len(row.split()) != dimensions:
        raise FormatError.at(path, line, f"{len(row.split())} numbers", f"{dimensions} with one space between them")
    for field in row.split():
        if not _is_number(field):
            raise FormatError.at(path, line, f"{_excerpt(field)}", "a number")
        with np.errstate(over="ignore"):
            value = np.float32(float(field))
        if not np.isfinite(value):
            raise FormatError.at(path, line, f"{_excerpt(field)}", "a finite number")
        values.append(value)
    return np.array(values, dtype=np.float32)


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return b"_" not in field


def _excerpt(text: bytes) -> str:
    shown = text[:30].decode(errors="replace")
    return repr(shown + ("…" if len(text) > 30 else ""))
