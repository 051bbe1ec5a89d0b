"""Tables of word pairs: tab- or comma-separated, with or without a line of column names.

Read are the columns ``source``, ``target`` and ``probability`` or ``weight``; further columns become the evidence of
a pair. So ``lexicon.tsv``, which ``lexicon build`` writes, comes back whole. Of a table that names the language of each
word, as an exported graph does, the translations between the two languages asked for are read, in either direction.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.terms import Collection
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.language import language_code
from isogloss.data.lines import blocks, head

_WEIGHTS = ("probability", "weight")
_TRANSLATIONS = ("", "translation", "same_concept")
_INDUCED = frozenset(("rank", "mutual"))  # columns that only a computed lexicon has


class _Columns(NamedTuple):
    source: int
    target: int
    weight: int | None
    others: Mapping[str, int]
    languages: tuple[int, int] | None = None
    relation: int | None = None


def matches(path: Path) -> bool:
    """Whether ``path`` is called a table, has named columns, or has three of them."""
    if not path.is_file():
        return False
    start = head(path)
    first = start.split(b"\n", 1)[0].decode("utf-8", "replace").rstrip("\r")
    if b"\0" in start or not first:
        return False
    separator = _separator(path, first)
    fields = [name.strip().lower() for name in first.split(separator)]
    return (
        {"source", "target"} <= set(fields)
        or path.suffix in (".tsv", ".csv")
        or (separator == "\t" and len(fields) > 2)
    )


def read(path: Path, source: str, target: str) -> Dictionary:
    """The pairs of ``path`` with their weights.

    Raises:
        FormatError: The file is missing, damaged, or no row of it is a pair.
    """
    collection = Collection()
    rows = _rows(path, collection)
    first = next(rows, [])
    columns = _named(first)
    if columns is None:
        columns = _Columns(0, 1, 2 if len(first) > 2 and _is_number(first[2]) else None, {})
        _add(collection, first, columns)
    for row in rows:
        _add(collection, row if columns.languages is None else _selected(row, columns, (source, target)), columns)
    if not collection:
        reasons = ", ".join(f"{count:,} × {reason}" for reason, count in collection.dropped.items()) or "an empty file"
        between = f" between {source} and {target}" if columns.languages else ""
        raise FormatError.at(
            path, 1, f"no pair of words{between} ({reasons})", "columns source and target with a tab between"
        )
    kind = "induced" if columns.others.keys() >= _INDUCED else "user"
    return collection.dictionary(source, target, Origin(path.name, kind=kind))


def _rows(path: Path, collection: Collection) -> Iterator[list[str]]:
    separator: str | None = None
    for block in blocks(path):
        for line in block.lines:
            try:
                text = line.removesuffix(b"\r").decode()
            except UnicodeDecodeError:
                collection.drop("not UTF-8")
                continue
            if not text.strip():
                continue
            separator = separator or _separator(path, text)
            yield text.split("\t") if separator == "\t" else next(csv.reader([text]), [])


def _separator(path: Path, first: str) -> str:
    return "," if "\t" not in first and (path.suffix == ".csv" or "," in first) else "\t"


def _named(first: Sequence[str]) -> _Columns | None:
    """The columns, if the first row names them."""
    places = {name.strip().lower(): place for place, name in enumerate(first)}
    if not {"source", "target"} <= places.keys():
        return None
    weight = next((name for name in _WEIGHTS if name in places), None)
    ends = places["source"], places["target"], places[weight] if weight else None
    if {"source_language", "target_language"} <= places.keys():
        languages = places["source_language"], places["target_language"]
        return _Columns(*ends, {}, languages, places.get("relation"))
    others = {name: place for name, place in places.items() if name not in ("source", "target", weight)}
    return _Columns(*ends, others)


def _selected(row: list[str], columns: _Columns, wanted: tuple[str, str]) -> list[str] | None:
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


def _add(collection: Collection, row: Sequence[str] | None, columns: _Columns) -> None:
    if row is None:
        return
    if len(row) <= max(columns.source, columns.target):
        collection.drop("fewer than two fields")
        return
    weight = _weight(row, columns.weight)
    if weight is None:
        collection.drop("weight that is no probability")
        return
    evidence = {name: _value(row[place]) for name, place in columns.others.items() if place < len(row)}
    collection.add(row[columns.source], row[columns.target], weight, evidence or None)


def _weight(row: Sequence[str], place: int | None) -> float | None:
    if place is None or place >= len(row) or not row[place].strip():
        return 1.0
    try:
        weight = float(row[place])
    except ValueError:
        return None
    return weight if 0 <= weight <= 1 else None


def _is_number(text: str) -> bool:
    """Whether a column without a name holds weights: numbers, though this one may be no probability."""
    try:
        float(text)
    except ValueError:
        return not text.strip()
    return True


def _value(text: str) -> int | float | bool | str:
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
