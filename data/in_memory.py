"""Dictionaries and vectors from whatever people hold: paths, lists, mappings, data frames, arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import VocabularyError
from isogloss.data.language import language_code
from isogloss.data.progress import Progress, silent
from isogloss.data.reading import read_dictionary, read_vectors
from isogloss.data.vector_formats.in_memory import InMemory
from isogloss.data.vectors import Vectors

VectorsLike: TypeAlias = "Vectors | Path | str | InMemory"
DictionaryLike: TypeAlias = "Dictionary | Path | str | Mapping[str, Any] | Iterable[tuple[str, str]] | Any"

ORIGIN = Origin("pairs given in Python", kind="user")


def as_vectors(value: VectorsLike, language: str | None, *, progress: Progress = silent) -> Vectors:
    """``value`` as ``Vectors``.

    Args:
        value: ``Vectors``, a path, gensim's ``KeyedVectors``, or ``(words, array)``.
        language: The code of their language; ``Vectors`` have their own.
        progress: Watches the reading.

    Raises:
        VocabularyError: No language is given for vectors that do not name theirs.
        FormatError: ``value`` is none of these, or does not hold what it should.
    """
    if isinstance(value, Vectors):
        return value
    if language is None:
        raise VocabularyError(
            f"vectors of type {type(value).__name__} name no language; pass languages=('en', 'fr') or "
            "isogloss.read_vectors(..., 'en')"
        )
    return read_vectors(value, language, progress=progress)


def as_dictionary(value: DictionaryLike, source: str, target: str) -> Dictionary:
    """``value`` as a dictionary from ``source`` to ``target``.

    Args:
        value: A ``Dictionary``, a path, an iterable of pairs, a mapping from words to a translation or several, or a
            pandas ``DataFrame`` whose first two columns are source and target words.
        source: The code of the language of the first words.
        target: The code of the language of their translations.

    Raises:
        VocabularyError: ``value`` is none of these, or a dictionary of other languages.
        FormatError: The file is no dictionary.
    """
    codes = language_code(source), language_code(target)
    if isinstance(value, Dictionary):
        if (value.source, value.target) != codes:
            raise VocabularyError(
                f"a dictionary from {value.source} to {value.target}, expected {codes[0]} to {codes[1]}; "
                "reverse it with .reversed() or check the order of the languages"
            )
        return value
    if isinstance(value, Path | str):
        return read_dictionary(value, *codes)
    pairs = [_checked(pair) for pair in _pairs(value)]
    return Dictionary.of(*codes, pairs, ORIGIN)


def _pairs(value: object) -> Iterable[object]:
    if hasattr(value, "itertuples"):  # a DataFrame; pandas itself is not needed for that
        return [row[:2] for row in value.itertuples(index=False)]
    if isinstance(value, Mapping):
        return [
            (word, target)
            for word, targets in value.items()
            for target in ([targets] if isinstance(targets, str) else targets)
        ]
    if isinstance(value, Iterable):
        return value
    raise VocabularyError(
        f"a dictionary of type {type(value).__name__}: pass a path, a list of (source, target) pairs, a dict, a "
        "DataFrame or an isogloss Dictionary"
    )


def _checked(pair: object) -> tuple[str, str]:
    if isinstance(pair, tuple | list) and len(pair) >= 2:
        source, target = pair[:2]
        if isinstance(source, str) and isinstance(target, str) and source.strip() and target.strip():
            return source.strip(), target.strip()
    raise VocabularyError(f"{pair!r} is not a pair of words; pass (source, target) tuples of strings")
