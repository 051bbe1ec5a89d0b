"""Vectors as a spreadsheet or pandas saves them: a word and its numbers a row, with commas or semicolons between."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from isogloss.data.errors import FormatError
from isogloss.data.lines import blocks, head
from isogloss.data.progress import Progress, silent
from isogloss.data.text.cleaning import Vocabulary
from isogloss.data.vector_formats.stack import Stack, refuse_wordless
from isogloss.data.vectors import Matrix

_LONGEST_PLACE = 12  # digits; round number
BATCH = 2_000  # rows converted at a time; round number


def matches(path: Path) -> bool:
    """Whether one of the first two lines is a word and at least two numbers, with a comma or semicolon between."""
    start = head(path)
    return b"\0" not in start and _dialect(start.decode("utf-8", "replace").splitlines()[:2]) is not None


def read_into(vocabulary: Vocabulary, path: Path, *, progress: Progress = silent) -> Matrix:
    """Fill ``vocabulary`` with the words of ``path``; returns their vectors, shape ``(len(vocabulary.words), d)``.

    Columns may have names, and rows a number before the word, as ``DataFrame.to_csv`` writes them.

    Raises:
        FormatError: No row is a word and its numbers.
    """
    start = head(path).decode("utf-8", "replace").splitlines()[:2]
    dialect = _dialect(start)
    if dialect is None:
        raise FormatError.at(path, 1, f"{start[0][:30] if start else ''!r}", "a word and its numbers")
    delimiter, dimensions = dialect
    stack = Stack(dimensions, None, vocabulary.max_vocab)
    words: list[str] = []
    rows: list[Matrix] = []
    places: list[int] = []

    def flush() -> None:
        admitted = vocabulary.admit(words, places)
        stack.append(
            np.stack([rows[row] for row in admitted]) if len(admitted) else np.empty((0, dimensions), np.float32)
        )
        for column in (words, rows, places):
            column.clear()

    for line, fields in _fields(path, delimiter, vocabulary, progress):
        if line == 1 and (not _are_numbers(fields[-2:]) or _are_places(fields[-dimensions:])):
            continue  # the names of the columns
        try:
            values = _values(path, line, fields, dimensions, delimiter)
        except FormatError as fault:
            vocabulary.leave_out(fault)
            continue
        words.append(fields[-dimensions - 1])
        rows.append(values)
        places.append(line)
        if len(rows) == BATCH:
            flush()
        if vocabulary.full:
            return stack.matrix
    flush()
    if not vocabulary.words and not vocabulary.bad:
        raise FormatError.at(path, None, "no words", "one word and its numbers on each line")
    refuse_wordless(path, vocabulary.words)
    return stack.matrix


def _fields(path: Path, delimiter: str, vocabulary: Vocabulary, progress: Progress) -> Iterator[tuple[int, list[str]]]:
    for block in blocks(path, description=f"Reading {path.name}", progress=progress):
        for line, text in enumerate(block.lines, block.first):
            if not text.strip():
                continue
            try:
                yield line, next(csv.reader([text.removesuffix(b"\r").decode()], delimiter=delimiter))
            except (UnicodeDecodeError, csv.Error):
                vocabulary.leave_out(FormatError.at(path, line, f"bytes {text[:40]!r}", "a word in UTF-8"))


def _values(path: Path, line: int, fields: list[str], dimensions: int, delimiter: str) -> Matrix:
    if len(fields) <= dimensions:
        found = f"{len(fields) - 1} numbers after {fields[0][:30]!r}"
        raise FormatError.at(path, line, found, f"{dimensions} as on the other lines")
    numbers = [_point(field, delimiter) for field in fields[-dimensions:]]
    try:
        values = np.array(numbers, np.float64).astype(np.float32)
    except ValueError as error:
        raise FormatError.at(path, line, str(error), "numbers after the word") from error
    if not np.isfinite(values).all():
        raise FormatError.at(path, line, "a value that is infinite or not a number", "finite numbers only")
    return values


def _dialect(lines: list[str]) -> tuple[str, int] | None:
    """The delimiter, and how many numbers a row ends with; ``None`` where the lines are nothing of the kind."""
    for delimiter in (";", ","):
        for line in reversed(lines):
            try:
                fields = next(csv.reader([line], delimiter=delimiter), [])
            except csv.Error:
                continue
            dimensions = next(
                (count for count, field in enumerate(reversed(fields)) if not _is_number(_point(field, delimiter))),
                len(fields) - 1,  # the word is a number
            )
            if dimensions >= 2 and len(fields) <= dimensions + 2:
                return delimiter, dimensions
    return None


def _point(field: str, delimiter: str) -> str:
    """A number with a decimal point, where it was written with a comma."""
    return field.strip().replace(",", ".") if delimiter == ";" else field.strip()


def _are_numbers(fields: list[str]) -> bool:
    return all(_is_number(_point(field, ";")) for field in fields)


def _are_places(fields: list[str]) -> bool:
    """Whether columns are named by their places, as in ``DataFrame.to_csv``: 0, 1, 2 … or 1, 2, 3 and so on."""
    places = [int(field) for field in fields if field.strip().isdecimal() and len(field) < _LONGEST_PLACE]
    return len(places) == len(fields) > 2 and places in (list(range(len(fields))), list(range(1, len(fields) + 1)))


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return any(map(str.isdecimal, field)) and "_" not in field
