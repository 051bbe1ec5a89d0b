"""Opens vectors and dictionaries of any known format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

import numpy as np

from isogloss.data.cache import Cache, Parsed, content_hash, entry_key
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import FormatError, OutputError
from isogloss.data.language import language_code
from isogloss.data.lines import head
from isogloss.data.progress import Progress, silent
from isogloss.data.text.cleaning import Vocabulary
from isogloss.data.vector_formats import RawVectors, VectorFormat, arrays, text, word2vec
from isogloss.data.vector_formats.in_memory import NAME, InMemory, words_and_matrix
from isogloss.data.vectors import Matrix, Subwords, VectorFile, Vectors

# In the order in which a file is tried: no two claim the same file, and the last ones take longest to import.
VECTOR_FORMATS = ("arrays", "fasttext", "word2vec", "text", "spacy", "floret")
STREAMED = {"text": text.read_into, "word2vec": word2vec.read_into}  # read only as far as words are wanted
CACHED = ("fasttext", "spacy", "text", "word2vec")  # the others open about as fast as an entry of the cache
SMALLEST_CACHED = 1_000_000  # bytes of a file; smaller ones open at once; round number
DICTIONARY_FORMATS = ("apertium", "stardict", "cldr", "freedict", "tsv", "muse")
NAMES = {
    "arrays": "matrix",
    "fasttext": "fastText model",
    "floret": "floret table",
    "spacy": "spaCy model",
    "text": "text",
    "word2vec": "word2vec binary",
}


class DictionaryFormat(Protocol):
    """A module that reads one kind of dictionary."""

    def matches(self, path: Path) -> bool:
        """Whether the content of ``path`` looks like this format."""
        ...

    def read(self, path: Path, source: str, target: str) -> Dictionary:
        """The pairs of ``path``."""
        ...


@dataclass(frozen=True, eq=False)
class Reading:
    """Vectors, and what became of the rows of their file.

    ``rows`` were looked at; ``collisions`` of them differ from an earlier word in case or Unicode form only, and
    ``repeated`` have the very word of an earlier row.
    """

    vectors: Vectors
    rows: int
    collisions: int
    repeated: int


class Reopened:
    """The subwords of a file whose vectors came from the cache; the file is opened when they are first asked for."""

    def __init__(self, kind: str, path: Path) -> None:
        self.kind = kind
        self.path = path

    def vectors(self, words: Sequence[str]) -> Matrix:
        """The vectors of ``words``, shape ``(len(words), d)``; a row of zeros where no n-gram is known."""
        return self._subwords.vectors(words)

    @cached_property
    def _subwords(self) -> Subwords:
        subwords = _vector_module(self.kind).read(self.path, max_vocab=1, progress=silent, words=("a",)).subwords
        if subwords is None:
            raise FormatError(f"{self.path} has lost its subwords since it was cached; read it again")
        return subwords


def read_vectors(
    source: Path | str | InMemory,
    language: str,
    *,
    max_vocab: int | None = 200_000,
    lowercase: bool = True,
    words: Path | str | None = None,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Vectors:
    """The vectors of a file of any known format, or of what is in memory, most frequent word first.

    Args:
        source: A file, the folder of a spaCy model, gensim's ``KeyedVectors``, or ``(words, array)`` with an array of
            shape ``(words, d)``.
        language: BCP 47 code of the language of the words.
        max_vocab: How many words are kept, counted after lower-casing and de-duplication; ``None`` keeps all.
        lowercase: Whether words are put into lower case; the first of several that become equal is kept.
        words: A list of words, one a line, for a file that has none of its own.
        cache: A folder that keeps what was parsed, so that it opens at once the next time.
        progress: Watches the reading.

    Raises:
        FormatError: The file is missing, damaged or of no known format; the message names the line.
        VocabularyError: ``language`` is not the code of a language.
    """
    if not isinstance(source, Path | str):
        return _from_memory(source, language, max_vocab=max_vocab, lowercase=lowercase)
    return read_with_counts(
        source, language, max_vocab=max_vocab, lowercase=lowercase, words=words, cache=cache, progress=progress
    ).vectors


def read_with_counts(
    path: Path | str,
    language: str,
    *,
    max_vocab: int | None = 200_000,
    lowercase: bool = True,
    words: Path | str | None = None,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Reading:
    """As ``read_vectors``, with the rows counted that were left out."""
    language, path = language_code(language), Path(path)
    kind = vector_format(path)
    listed = None if words is None else Path(words)
    store = Cache(cache) if cache is not None else None
    sha256 = store.hash_of(path) if store else content_hash(path)
    file = VectorFile(str(path), NAMES[kind], sha256, max_vocab, lowercase, None if words is None else str(words))
    if store is None or kind not in CACHED or (path.is_file() and path.stat().st_size < SMALLEST_CACHED):
        return _reading(language, file, *_parsed(kind, path, max_vocab, lowercase, listed, progress))

    key = entry_key(kind, sha256, max_vocab, lowercase, content_hash(listed) if listed else None)
    if (cached := store.find(key, path)) is not None:
        return _reading(language, file, cached, Reopened(kind, path) if cached.has_subwords else None)
    parsed, subwords = _parsed(kind, path, max_vocab, lowercase, listed, progress)
    try:
        store.keep(key, path, parsed)
    except OutputError as error:
        parsed = replace(parsed, warnings=(*parsed.warnings, f"the vectors could not be cached: {error}"))
    return _reading(language, file, parsed, subwords)


def _from_memory(source: InMemory, language: str, *, max_vocab: int | None, lowercase: bool) -> Vectors:
    words, matrix = words_and_matrix(source)
    vocabulary = Vocabulary(Path(NAME), max_vocab=max_vocab, lowercase=lowercase)
    kept = _cleaned(RawVectors(words, matrix), vocabulary)
    return Vectors(language_code(language), tuple(vocabulary.words), kept, warnings=vocabulary.warnings())


def vector_format(path: Path) -> str:
    """The name of the module that reads ``path``.

    Raises:
        FormatError: ``path`` is missing or of no known format.
    """
    if not path.exists():
        raise FormatError(f"{path} does not exist; expected a file of word vectors, check the path")
    for name in VECTOR_FORMATS:
        if (path.is_file() or name == "spacy") and _vector_module(name).matches(path):
            return name
    if path.is_dir():
        raise FormatError.at(path, None, "a folder that is no spaCy model", "a file of word vectors or a spaCy model")
    if b"\0" in head(path):
        raise FormatError.at(path, None, "an unknown binary format", ", ".join(NAMES.values()))
    return "text"  # which says what is wrong, and on which line


def is_vectors(path: Path) -> bool:
    """Whether ``path`` looks like a file of word vectors."""
    return path.exists() and any(
        _vector_module(name).matches(path) for name in VECTOR_FORMATS if path.is_file() or name == "spacy"
    )


def read_dictionary(path: Path | str, source: str, target: str, *, format: str | None = None) -> Dictionary:  # noqa: A002
    """The word pairs of a dictionary of any known format.

    Args:
        path: A file or folder.
        source: BCP 47 code of the language of the headwords.
        target: BCP 47 code of the language of the translations.
        format: ``muse``, ``tsv``, ``freedict``, ``cldr``, ``apertium`` or ``stardict``; found out
            from the content where it is not given.

    Raises:
        FormatError: The file is missing, damaged or of no known format.
        VocabularyError: ``source`` or ``target`` is not the code of a language.
    """
    path, source, target = Path(path), language_code(source), language_code(target)
    return _dictionary_module(format or dictionary_format(path)).read(path, source, target)


def dictionary_format(path: Path) -> str:
    """The name of the module that reads the dictionary ``path``.

    Raises:
        FormatError: ``path`` is missing or of no known format.
    """
    if not path.exists():
        raise FormatError(f"{path} does not exist; expected a dictionary, check the path")
    kind = next((name for name in DICTIONARY_FORMATS if _dictionary_module(name).matches(path)), None)
    if kind is None:
        raise FormatError.at(path, None, "an unknown format", f"a dictionary: {', '.join(DICTIONARY_FORMATS)}")
    return kind


def _reading(language: str, file: VectorFile, parsed: Parsed, subwords: Subwords | None) -> Reading:
    vectors = Vectors(language, parsed.words, parsed.matrix, file, subwords, parsed.warnings)
    return Reading(vectors, parsed.rows, parsed.collisions, parsed.repeated)


def _parsed(
    kind: str, path: Path, max_vocab: int | None, lowercase: bool, words: Path | None, progress: Progress
) -> tuple[Parsed, Subwords | None]:
    vocabulary = Vocabulary(path, max_vocab=max_vocab, lowercase=lowercase)
    subwords: Subwords | None = None
    warnings: tuple[str, ...] = ()
    if kind in STREAMED:
        matrix = STREAMED[kind](vocabulary, path, progress=progress)
        if words:
            warnings = (f"{path} has words of its own; {words} was not used",)
    else:
        listed = arrays.read_words(words) if words else None
        raw = _vector_module(kind).read(path, max_vocab=max_vocab, progress=progress, words=listed)
        matrix, subwords, warnings = _cleaned(raw, vocabulary), raw.subwords, raw.warnings
    all_warnings = (*warnings, *vocabulary.warnings())
    counts = vocabulary.rows, vocabulary.collisions, vocabulary.repeated
    return Parsed(tuple(vocabulary.words), matrix, *counts, subwords is not None, all_warnings), subwords


def _cleaned(raw: RawVectors, vocabulary: Vocabulary) -> Matrix:
    lines: Sequence[int] = range(1, len(raw.words) + 1) if raw.lines is None else raw.lines.tolist()
    kept = vocabulary.admit(raw.words, lines)
    if len(kept) == len(raw.words):
        return np.asarray(raw.matrix, dtype=np.float32)
    return np.ascontiguousarray(raw.matrix[kept], dtype=np.float32)


def _vector_module(name: str) -> VectorFormat:
    return cast("VectorFormat", import_module(f"isogloss.data.vector_formats.{name}"))


def _dictionary_module(name: str) -> DictionaryFormat:
    if name not in DICTIONARY_FORMATS:
        raise FormatError(f"unknown dictionary format {name!r}, expected one of {', '.join(DICTIONARY_FORMATS)}")
    return cast("DictionaryFormat", import_module(f"isogloss.data.dictionary_formats.{name}"))
