"""Tables of word pairs: with tabs, commas, semicolons or other signs, with or without a line of column names.

Read are the columns ``source``, ``target`` and ``probability`` or ``weight``; further columns become the evidence of
a pair. So ``lexicon.tsv``, which ``lexicon build`` writes, comes back whole. Tables of other origin may be headed by
languages, have several translations in a cell or in further columns, parts of speech, and counts. Of a table that names
the language of each word, as an exported graph does, the translations between the two languages asked for are read, in
either direction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import unescape
from itertools import chain, dropwhile, islice, product
from pathlib import Path
from typing import NamedTuple

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.anki import Notes, is_anki
from isogloss.data.dictionary_formats.columns import (
    Columns,
    by_content,
    by_languages,
    by_name,
    code_of,
    is_comment,
    is_float,
    is_number,
    plain_number,
    single_targets,
)
from isogloss.data.dictionary_formats.conventions import (
    TRANSLITERATION,
    Conventions,
    conventions_of,
    without_article_before,
    without_articles,
    without_gender,
    without_marks,
    without_transliterations,
)
from isogloss.data.dictionary_formats.printed import spellings
from isogloss.data.dictionary_formats.separators import PLAIN, fields_of, mostly, separator_of, whole_records
from isogloss.data.dictionary_formats.terms import Collection
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.left_out import NOT_UTF8, all_reasons
from isogloss.data.lines import NO_UTF8, blocks, head
from isogloss.data.text.parts_of_speech import part_of_speech

_INDUCED = frozenset(("rank", "mutual"))  # columns that only a computed lexicon has
_TRANSLATIONS = ("", "translation", "same_concept")
_PROBED = 200  # rows that tell what columns without names are; round number


def matches(path: Path) -> bool:
    """Whether ``path`` is called a table, has named columns, or separates its columns like one."""
    if not path.is_file():
        return False
    start = head(path)
    lines = [line for line in start.decode("utf-8", "replace").splitlines()[:_PROBED] if line.strip()]
    lines = list(dropwhile(is_comment, lines))
    if b"\0" in start or not lines:
        return False
    separator = separator_of(path, lines)
    fields = [name.strip().lower() for name in lines[0].split(separator)]
    return (
        {"source", "target"} <= set(fields)
        or path.suffix in (".tsv", ".csv")
        or separator == ";"
        or separator in PLAIN
        or (separator == "," and mostly(separator, lines))
        or is_anki(path)
        or (separator == "\t" and (len(fields) > 2 or all("\t" in line.strip() for line in lines)))
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
    if (with_languages := by_languages(probed)) is not None:
        columns = with_languages
    elif columns is None:
        columns = by_content(probed[1:])
        if not _is_heading(probed, columns):
            columns = by_content(probed)
        if _is_glossary(path):
            columns = columns._replace(targets=(), others={"note": columns.target + 1})
        probed = probed[_is_heading(probed, columns) :]
    else:
        probed = probed[1:]
    table = _Table(collection, columns, (source, target), _conventions(probed, columns, (source, target)))
    for row in chain(probed, rows):
        selected = row if columns.languages is None else _selected(row, columns, (source, target))
        if selected is not None:
            table.add(selected)
    if not collection:
        reasons = all_reasons(collection.dropped, "an empty file")
        expected = NO_UTF8 if NOT_UTF8 in collection.dropped else "columns source and target with a tab between"
        between = f" between {source} and {target}" if columns.languages else ""
        raise FormatError.at(path, 1, f"no pair of words{between} ({reasons})", expected)
    kind = "induced" if columns.others.keys() >= _INDUCED else "user"
    return collection.dictionary(source, target, Origin(path.name, kind=kind))


def _rows(path: Path, collection: Collection) -> Iterator[list[str]]:
    notes = Notes(path) if is_anki(path) else None
    separator, begun, commented = notes.separator if notes else "", False, False
    for block in blocks(path):
        if not separator:
            first = [line.decode("utf-8", "replace") for line in whole_records(block.lines[:_PROBED])]
            separator = separator_of(path, list(dropwhile(is_comment, first)))
        lines = filter(None, block.lines)  # soon, where a bomb unpacks to empty lines
        for line in whole_records(list(lines)) if separator in (",", ";") else lines:
            try:
                texts = line.decode().split("\r")  # old spreadsheets of the Macintosh end lines so
            except UnicodeDecodeError:
                collection.drop(NOT_UTF8)
                continue
            for text in texts:
                commented = commented or (not begun and text.startswith("#"))
                begun = begun or not is_comment(text)
                if commented and begun and _comments(text, separator):
                    continue
                if begun and text.strip() and not text.startswith("sep="):  # Excel's own first line
                    row = fields_of(text, separator)
                    if row:
                        yield notes.words_of(row) if notes else row


def _selected(row: list[str], columns: Columns, wanted: tuple[str, str]) -> list[str] | None:
    """A row turned into the direction wanted, ``None`` where it is of other languages or no translation."""
    source, target = columns.languages or (0, 0)
    if len(row) <= max(source, target, columns.source, columns.target, columns.relation or 0):
        return row  # which is counted as too short
    if columns.relation is not None and row[columns.relation] not in _TRANSLATIONS:
        return None
    try:
        languages = code_of(row[source]), code_of(row[target])
    except VocabularyError:
        return None
    if languages == wanted[::-1]:
        row[columns.source], row[columns.target] = row[columns.target], row[columns.source]
    return row if languages in (wanted, wanted[::-1]) else None


class _Table(NamedTuple):
    """Takes rows apart into pairs."""

    collection: Collection
    columns: Columns
    languages: tuple[str, str]
    conventions: Conventions

    def add(self, row: Sequence[str]) -> None:
        """Note the pairs of a row, and the part of speech of its headword."""
        collection, columns = self.collection, self.columns
        if len(row) <= max(columns.source, columns.target):
            collection.drop("fewer than two fields")
            return
        word, weight = row[columns.source], _weight(row, columns.weight)
        evidence = {name: _value(row[place]) for name, place in columns.others.items() if place < len(row)}
        if weight is None:
            collection.drop("weight that is not a probability")
            return
        if columns.counts is not None and columns.counts < len(row):
            evidence["count"] = _value(row[columns.counts])
        cells = [row[place] for place in (columns.target, *columns.targets) if place < len(row)]
        words, several = [word], cells
        if not columns.named:
            words, several = (
                self._headwords(word),
                [translation for cell in cells for translation in self._translations(cell)],
            )
        for word, translation in product(words or [""], several or [""]):
            collection.add(word, translation, weight, evidence or None)
        tags = columns.part_of_speech
        if tags is not None and tags < len(row) and (tag := part_of_speech(row[tags])):
            for word in words:
                collection.tag(word, tag)

    def _headwords(self, cell: str) -> list[str]:
        """A word without the article behind it: a comma may be part of a headword."""
        cell = without_marks(cell, self.conventions, 0)
        if self.conventions.articles:
            cell = without_articles(single_targets(cell), self.languages[0])[0] if cell.strip(" ,;") else cell
        return self._bare([cell], self.languages[0])

    def _translations(self, cell: str) -> list[str]:
        parts = single_targets(without_marks(cell, self.conventions, 1))
        if self.conventions.articles:
            parts = without_articles(parts, self.languages[1])
        translations = without_transliterations(parts, self.languages[1])
        for _ in range(len(parts) - len(translations)):
            self.collection.drop(TRANSLITERATION, cell)
        return self._bare(translations, self.languages[1])

    def _bare(self, parts: Sequence[str], language: str) -> list[str]:
        """Words without notes in brackets, genders and articles before them, where the table has such."""
        if self.columns.printed or self.conventions.brackets:
            parts = [form for part in parts for form in spellings(unescape(part))]
        parts = [without_gender(part) for part in parts] if self.conventions.genders else list(parts)
        usual = self.conventions.before[self.languages.index(language)]
        return [without_article_before(part, language, usual) for part in parts] if usual else parts


def _conventions(rows: Sequence[Sequence[str]], columns: Columns, languages: tuple[str, str]) -> Conventions:
    if columns.named:
        return Conventions()
    places = columns.source, columns.target
    conventions = conventions_of(
        [[row[place] for place in places] for row in rows if len(row) > max(places)], languages
    )
    weighed = columns.weight is not None or columns.counts is not None  # as in phrase tables: what is there counts
    return conventions._replace(before=Conventions().before) if weighed else conventions


def _is_heading(rows: Sequence[Sequence[str]], columns: Columns) -> bool:
    """Whether the first row names the columns: where all others have numbers, it has none."""
    place = columns.weight if columns.weight is not None else columns.counts
    return len(rows) > 1 and place is not None and place < len(rows[0]) and not is_float(plain_number(rows[0][place]))


def _comments(text: str, separator: str) -> bool:
    """Whether a line of a table that begins with a comment is another one, and no pair of signs or of tags."""
    return text.startswith("#") and (text.startswith("# ") or separator not in text) and is_comment(text)


def _is_glossary(path: Path) -> bool:
    """Whether a table is a glossary of OmegaT, whose third column has comments."""
    return path.suffix == ".utf8" or head(path, 64).startswith(b"# Glossary")


def _weight(row: Sequence[str], place: int | None) -> float | None:
    """The probability in a row, 1 where it has none; ``None`` for another number, such as a count."""
    if place is None or place >= len(row) or not row[place].strip():
        return 1.0
    number = plain_number(row[place])
    weight = float(number) if is_number(number) else -1.0
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
