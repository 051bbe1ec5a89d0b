"""Tables of word pairs: with tabs, commas or semicolons, with or without a line of column names.

Read are the columns ``source``, ``target`` and ``probability`` or ``weight``; further columns become the evidence of
a pair. So ``lexicon.tsv``, which ``lexicon build`` writes, comes back whole. Tables of other origin may be headed by
languages, have several translations in a cell or in further columns, parts of speech, and counts. Of a table that names
the language of each word, as an exported graph does, the translations between the two languages asked for are read, in
either direction.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import chain, dropwhile, islice, product
from pathlib import Path

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.columns import Columns, by_content, by_name, is_comment, is_number, single_targets
from isogloss.data.dictionary_formats.printed import spellings
from isogloss.data.dictionary_formats.terms import Collection
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.language import language_code
from isogloss.data.lines import NO_UTF8, blocks, head
from isogloss.data.tables import unquoted
from isogloss.data.text.parts_of_speech import part_of_speech

_INDUCED = frozenset(("rank", "mutual"))  # columns that only a computed lexicon has
_TRANSLATIONS = ("", "translation", "same_concept")
_PROBED = 200  # rows that tell what columns without names are; round number
_SEPARATORS = "\t;,"


def matches(path: Path) -> bool:
    """Whether ``path`` is called a table, has named columns, or separates its columns like one."""
    if not path.is_file():
        return False
    start = head(path)
    lines = [line for line in start.decode("utf-8", "replace").splitlines()[:_PROBED] if line.strip()]
    lines = list(dropwhile(is_comment, lines))
    if b"\0" in start or not lines:
        return False
    separator = _separator(path, lines)
    fields = [name.strip().lower() for name in lines[0].split(separator)]
    return (
        {"source", "target"} <= set(fields)
        or path.suffix in (".tsv", ".csv")
        or separator == ";"
        or (separator == "\t" and len(fields) > 2)
    )


def read(path: Path, source: str, target: str) -> Dictionary:
    """The pairs of ``path`` with their weights.

    Raises:
        FormatError: The file is missing, damaged, or no row of it is a pair.
    """
    collection = Collection()
    rows = _rows(path, collection)
    probed = list(islice(rows, _PROBED))
    columns = by_name(probed[0], source, target) if probed else Columns(0, 1)
    if columns is None:
        columns = by_content(probed)
    else:
        probed = probed[1:]
    for row in chain(probed, rows):
        selected = row if columns.languages is None else _selected(row, columns, (source, target))
        if selected is not None:
            _add(collection, selected, columns)
    if not collection:
        reasons = ", ".join(f"{count:,} × {reason}" for reason, count in collection.dropped.items()) or "an empty file"
        expected = NO_UTF8 if "not UTF-8" in collection.dropped else "columns source and target with a tab between"
        between = f" between {source} and {target}" if columns.languages else ""
        raise FormatError.at(path, 1, f"no pair of words{between} ({reasons})", expected)
    kind = "induced" if columns.others.keys() >= _INDUCED else "user"
    return collection.dictionary(source, target, Origin(path.name, kind=kind))


def _rows(path: Path, collection: Collection) -> Iterator[list[str]]:
    separator, begun = "", False
    for block in blocks(path):
        if not separator:
            first = [line.decode("utf-8", "replace") for line in block.lines[:_PROBED]]
            separator = _separator(path, list(dropwhile(is_comment, first)))
        for line in filter(None, block.lines):  # soon, where a bomb unpacks to empty lines
            try:
                text = line.removesuffix(b"\r").decode()
            except UnicodeDecodeError:
                collection.drop("not UTF-8")
                continue
            begun = begun or not is_comment(text)
            if begun and text.strip() and not text.startswith("sep="):  # Excel's own first line
                yield _fields(text, separator)


def _fields(text: str, separator: str) -> list[str]:
    if separator != "\t":
        return next(csv.reader([text], delimiter=separator), [])
    fields = [unquoted(field) for field in text.split("\t")]
    return text.split() if len(fields) == 1 and len(text.split()) == 2 else fields


def _separator(path: Path, lines: Sequence[str]) -> str:
    """What separates the columns: a tab where there is one, else what nearly every line has."""
    lines = [line for line in lines if line.strip() and not line.startswith("sep=")]
    if not lines or any("\t" in line for line in lines):
        return "\t"
    shares = {sign: sum(sign in line for line in lines) / len(lines) for sign in _SEPARATORS[1:]}
    if shares[";"] >= 0.9 and shares[";"] >= shares[","]:
        return ";"
    return "," if path.suffix == ".csv" or "," in lines[0] else "\t"


def _selected(row: list[str], columns: Columns, wanted: tuple[str, str]) -> list[str] | None:
    """A row turned into the direction wanted, ``None`` where it is of other languages or no translation."""
    here, there = columns.languages or (0, 0)
    if len(row) <= max(here, there, columns.source, columns.target, columns.relation or 0):
        return row  # which is counted as too short
    if columns.relation is not None and row[columns.relation] not in _TRANSLATIONS:
        return None
    try:
        languages = language_code(row[here]), language_code(row[there])
    except VocabularyError:
        return None
    if languages == wanted[::-1]:
        row[columns.source], row[columns.target] = row[columns.target], row[columns.source]
    return row if languages in (wanted, wanted[::-1]) else None


def _add(collection: Collection, row: Sequence[str], columns: Columns) -> None:
    if len(row) <= max(columns.source, columns.target):
        collection.drop("fewer than two fields")
        return
    word, weight = row[columns.source], _weight(row, columns.weight)
    evidence = {name: _value(row[place]) for name, place in columns.others.items() if place < len(row)}
    if weight is None:
        collection.drop("weight that is no probability")
        return
    if columns.counts is not None and columns.counts < len(row):
        evidence["count"] = _value(row[columns.counts])
    cells = [row[place] for place in (columns.target, *columns.targets) if place < len(row)]
    several = cells if columns.named else [one for cell in cells for one in single_targets(cell)]
    words = [word]
    if columns.printed:
        words, several = spellings(unescape(word)), [form for one in several for form in spellings(unescape(one))]
    for word, one in product(words or [""], several or [""]):
        collection.add(word, one, weight, evidence or None)
    tags = columns.part_of_speech
    if tags is not None and tags < len(row) and (tag := part_of_speech(row[tags])):
        for word in words:
            collection.tag(word, tag)


def _weight(row: Sequence[str], place: int | None) -> float | None:
    """The probability in a row, 1 where it has none; ``None`` for another number, such as a count."""
    if place is None or place >= len(row) or not row[place].strip():
        return 1.0
    weight = float(row[place]) if is_number(row[place]) else -1.0
    return weight if 0 <= weight <= 1 else None


def _value(text: str) -> int | float | bool | str:
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
