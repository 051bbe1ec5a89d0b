"""Lists of Ding: ``Haus {n} | Häuser {pl} :: house | houses``, forms between bars, synonyms between semicolons."""

from __future__ import annotations

from pathlib import Path

from isogloss.data.dictionary import Dictionary
from isogloss.data.dictionary_formats.columns import is_comment
from isogloss.data.dictionary_formats.printed import NOTES, spellings, tag_of
from isogloss.data.dictionary_formats.terms import Collection
from isogloss.data.left_out import NOT_UTF8
from isogloss.data.lines import blocks, head

_BETWEEN = "::"
_UNPAIRED = "forms that have no counterpart on the other side"
_PROBED = 50  # lines that tell the format; round number


def matches(path: Path) -> bool:
    """Whether the first lines of ``path`` that are no comments have ``::`` between two sides."""
    start = head(path) if path.is_file() else b""
    lines = [line for line in start.decode("utf-8", "replace").splitlines()[:_PROBED] if not is_comment(line)]
    return b"\0" not in start and bool(lines) and all(f" {_BETWEEN} " in line for line in lines[:-1] or lines)


def read(path: Path, source: str, target: str) -> Dictionary:
    """The pairs of ``path``: the forms between bars one by one, each synonym with each.

    Raises:
        FormatError: The file is missing, damaged, or no line of it is a pair.
    """
    collection, begun = Collection(), False
    for block in blocks(path):
        for line in filter(None, block.lines):
            try:
                text = line.decode().strip()
            except UnicodeDecodeError:
                collection.drop(NOT_UTF8)
                continue
            begun = begun or not is_comment(text)
            if begun and text:
                _add(collection, text)
    return collection.dictionary_of_user(path, source, target, "lines such as 'Haus {n} :: house'")


def _add(collection: Collection, text: str) -> None:
    source_column, between, target_column = text.partition(_BETWEEN)
    if not between:
        collection.drop("fewer than two fields", text)
        return
    left, right = source_column.split("|"), target_column.split("|")
    if len(left) != len(right):
        collection.drop(_UNPAIRED, text)
    for source, target in zip(left, right, strict=False):
        sources, targets = _synonyms(source), _synonyms(target)
        if sources and targets:
            collection.add_sense(sources, targets)
            for note in NOTES.findall(source):
                if note[0] == "{" and (tag := "NOUN" if note[1:-1] in _GENDERS else tag_of(note[1:-1])):
                    for word in sources:
                        collection.tag(word, tag)
        elif source.strip() or target.strip():
            collection.drop("fewer than two fields", text)


_GENDERS = frozenset(("m", "f", "n", "pl", "m,f", "f,m", "n,m", "m,n"))


def _synonyms(text: str) -> list[str]:
    """The words of one side; semicolons in brackets separate none, as the brackets go first."""
    parts = NOTES.sub(lambda match: match[0].replace(";", ","), text).split(";")
    return [word for part in parts for word in spellings(part.replace("<", " ").replace(">", " "))]
