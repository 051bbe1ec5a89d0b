"""JSON as programs write it: an object of words with their translations, or a list or lines of objects or pairs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.columns import by_name, side_of
from isogloss.data.dictionary_formats.terms import Collection
from isogloss.data.errors import FormatError
from isogloss.data.left_out import all_reasons
from isogloss.data.limits import limits, too_large
from isogloss.data.lines import head, opened

NO_PAIRS = "value that is not a word with its translations"
_LEXEMES = b'"lexeme"'
_SPARQL = "a table with the columns source and target, as query.wikidata.org answers a question about lexemes in CSV"


def matches(path: Path) -> bool:
    """Whether ``path`` begins as a JSON object or list does."""
    start = head(path, 1 << 10).lstrip() if path.is_file() else b""
    return start[:1] in (b"{", b"[") and start[1:].lstrip()[:1] in (b'"', b"{", b"[", b"}", b"]")


def read(path: Path, source: str, target: str) -> Dictionary:
    """The pairs of ``path``.

    Raises:
        FormatError: The file is missing, damaged, or holds something else.
    """
    if _LEXEMES in head(path, 1 << 16):
        raise FormatError.at(path, 1, "a dump of Wikidata's lexemes, which joins no words of two languages", _SPARQL)
    with opened(path) as stream:
        text = stream.read(limits().document + 1)
    if len(text) > limits().document:
        raise too_large(path, None, "JSON of so many bytes", "document")
    expected = '{"word": "translation", …}, {"word": ["one", "other"], …} or [{"source": …, "target": …}, …]'
    try:
        content = _parsed(text)
    except orjson.JSONDecodeError as error:
        raise FormatError.at(
            path, error.lineno, f"incomplete JSON, or JSON of another kind ({error})", expected
        ) from error
    collection = Collection()
    for word, translation, weight in _pairs(content, source, target, collection):
        collection.add(word, translation, weight)
    if not collection:
        reasons = all_reasons(collection.dropped, "an empty file")
        raise FormatError.at(path, None, f"no pair of words ({reasons})", expected)
    return collection.dictionary(source, target, Origin(path.name, kind="user"))


def _parsed(text: bytes) -> Any:
    """One document, or one in each line.

    Raises:
        JSONDecodeError: It is neither.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            if len(lines) > 1:
                return [orjson.loads(line) for line in lines]
        except orjson.JSONDecodeError:
            pass
        raise


def _pairs(content: Any, source: str, target: str, collection: Collection) -> Iterator[tuple[str, str, float]]:
    if isinstance(content, dict):
        content = [[word, translations] for word, translations in content.items()]
    for entry in content if isinstance(content, list) else ():
        word, translations, weight = _divided(entry, source, target)
        texts = [text for text in translations if isinstance(text, str)]
        if not isinstance(word, str) or not texts or len(texts) < len(translations):
            collection.drop(NO_PAIRS, str(entry))
        if isinstance(word, str):
            yield from ((word, text, weight) for text in texts)


def _divided(entry: Any, source: str, target: str) -> tuple[Any, list[Any], float]:
    """Word, translations and weight of one entry; no translations where it is none."""
    weight = 1.0
    if isinstance(entry, dict):
        names = list(entry)
        if (columns := by_name(names, source, target)) is None:
            return None, [], weight
        given = entry[names[columns.weight]] if columns.weight is not None else None
        if isinstance(given, int | float) and 0 <= given <= 1:
            weight = float(given)
        entry = [entry[names[columns.source]], entry[names[columns.target]]]
    if not isinstance(entry, list) or len(entry) != 2:
        return None, [], weight
    translations = _of_language(entry[1], source, target) if isinstance(entry[1], dict) else entry[1]
    return entry[0], translations if isinstance(translations, list) else [translations], weight


def _of_language(translations: dict[str, Any], source: str, target: str) -> Any:
    """What an object has for the language of the translations: ``{"fr": "chien", "de": "Hund"}``."""
    sides = {side_of(name.lower(), source, target): value for name, value in translations.items()}
    return sides.get("target")
