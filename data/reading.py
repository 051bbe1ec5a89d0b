"""Opens vectors and dictionaries of any known format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

import numpy as np

from isogloss.data.cache import Cache, Parsed, content_hash, entry_key
from isogloss.data.dictionary import Dictionary
from isogloss.data.dictionary_formats.foreign import refuse_foreign as refuse_foreign_dictionary
from isogloss.data.dictionary_formats.foreign import refuse_markup
from isogloss.data.errors import FormatError, OutputError, damage_told, shown
from isogloss.data.language import language_code
from isogloss.data.limits import MAX_VOCAB
from isogloss.data.lines import head, is_compressed
from isogloss.data.progress import Progress, silent
from isogloss.data.text.cleaning import USUAL, Cleaning, Vocabulary
from isogloss.data.unpacking import on_disk, uncompressed
from isogloss.data.vector_formats import RawVectors, VectorFormat, arrays, comma_separated, text, word2vec
from isogloss.data.vector_formats.foreign import refuse_foreign, refuse_pickle
from isogloss.data.vector_formats.in_memory import NAME, InMemory, words_and_matrix
from isogloss.data.vectors import Matrix, Subwords, VectorFile, Vectors

# In the order in which a file is tried: no two claim the same file, and the last ones take longest to import.
VECTOR_FORMATS = ("arrays", "fasttext", "word2vec", "text", "comma_separated", "keyed_vectors", "spacy", "floret")
STREAMED = {  # read only as far as words are wanted
    "comma_separated": comma_separated.read_into,
    "text": text.read_into,
    "word2vec": word2vec.read_into,
}
# The others open about as fast as an entry of the cache.
CACHED = ("comma_separated", "fasttext", "spacy", "text", "word2vec")
BLOCK = 65_536  # rows whose values are checked at a time; round number
SMALLEST_CACHED = 1_000_000  # bytes of a file; smaller ones open at once; round number
DICTIONARY_FORMATS = (
    *("apertium", "stardict", "cldr", "freedict", "tmx", "tbx", "jmdict", "edict", "conceptnet", "panlex"),
    *("ding", "json", "tsv", "muse"),
)
TABLES = frozenset(("ding", "tsv", "muse"))
NAMES = {
    "arrays": "matrix",
    "comma_separated": "CSV",
    "fasttext": "fastText model",
    "floret": "floret table",
    "keyed_vectors": "gensim KeyedVectors",
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


class ReopenedSubwords:
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
    max_vocab: int | None = MAX_VOCAB,
    lowercase: bool = True,
    words: Path | str | None = None,
    strict: bool = False,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Vectors:
    """The vectors of a file of any known format, or of what is in memory, most frequent word first.

    Args:
        source: A file, plain or compressed, a pipe (``-`` is stdin), the folder of a spaCy model, gensim's
            ``KeyedVectors``, ``(words, array)`` with an array of shape ``(words, d)``, or ``Vectors``.
        language: BCP 47 code of the language of the words.
        max_vocab: How many words are kept, counted after lower-casing and de-duplication; ``None`` keeps all.
        lowercase: Whether words that differ in case only are one word, with the vector and the spelling of the first.
        words: A list of words, one a line, for a file that has none of its own.
        strict: Refuse a file with bad rows, instead of leaving out a few of them with a warning.
        cache: A folder that keeps what was parsed, so that it opens at once the next time.
        progress: Watches the reading.

    Raises:
        FormatError: The file is missing, damaged or of no known format; the message names the line.
        VocabularyError: ``language`` is not the code of a language.
    """
    cleaning = Cleaning(max_vocab, lowercase, strict)
    if not isinstance(source, Path | str):
        return _from_memory(source, language, cleaning)
    return read_with_counts(source, language, cleaning, words=words, cache=cache, progress=progress).vectors


def read_with_counts(
    path: Path | str,
    language: str,
    cleaning: Cleaning = USUAL,
    *,
    words: Path | str | None = None,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Reading:
    """As ``read_vectors``, with the rows counted that were left out."""
    given, listed = Path(path), None if words is None else Path(words)
    language = language_code(language)
    path = readable(given)
    vocabulary = Vocabulary(path, language, cleaning)
    with naming(path, given):
        reading = _read(path, given, vocabulary, listed, cache, progress)
    warnings = tuple(warning.replace(str(path), str(given)) for warning in reading.vectors.warnings)
    return replace(reading, vectors=replace(reading.vectors, warnings=warnings))


def readable(path: Path) -> Path:
    """``path``, or a temporary copy of what its pipe, archive or compressed model holds.

    Raises:
        FormatError: The archive is damaged or holds several files.
    """
    plain = on_disk(path)
    if not plain.is_file() or not is_compressed(plain) or arrays.is_npz(plain):
        return plain
    with naming(plain, path):
        binary = b"\0" in head(plain, recode=False) and not word2vec.matches(plain)
        return uncompressed(plain) if binary else plain


@contextmanager
def naming(path: Path, given: Path) -> Iterator[None]:
    """Within the block, errors name the file that was ``given``, not ``path``, a copy of it."""
    try:
        with damage_told(path):
            try:
                yield
            except OSError as error:
                found = f"no readable file ({error.strerror or error})"
                raise FormatError.at(error.filename or path, None, found, "a file; check the path") from error
    except FormatError as error:
        if path == given:
            raise
        raise FormatError(str(error).replace(str(path), str(given))) from error


def _read(
    path: Path, given: Path, vocabulary: Vocabulary, words: Path | None, cache: Path | None, progress: Progress
) -> Reading:
    """The vectors of ``path``, which are those of ``given``."""
    kind, language = vector_format(path), vocabulary.language
    cleaning = vocabulary.cleaning
    store = Cache(cache) if cache is not None else None
    original = given if given.is_file() or given.is_dir() else path
    sha256 = store.hash_of(original) if store else content_hash(original)
    file = VectorFile(
        str(given), NAMES[kind], sha256, cleaning.max_vocab, cleaning.lowercase, None if words is None else str(words)
    )
    if store is None or kind not in CACHED or (path.is_file() and path.stat().st_size < SMALLEST_CACHED):
        return _reading(language, file, *_parsed(kind, path, vocabulary, words, progress))

    words_sha256 = content_hash(words) if words else None
    key = entry_key(kind, sha256, language, cleaning, words_sha256)
    if (cached := store.find(key, path)) is not None:
        return _reading(language, file, cached, ReopenedSubwords(kind, path) if cached.has_subwords else None)
    parsed, subwords = _parsed(kind, path, vocabulary, words, progress)
    try:
        store.keep(key, path, parsed)
    except OutputError as error:
        parsed = replace(parsed, warnings=(*parsed.warnings, f"the vectors could not be cached: {error}"))
    return _reading(language, file, parsed, subwords)


def _from_memory(source: InMemory, language: str, cleaning: Cleaning) -> Vectors:
    words, matrix = words_and_matrix(source)
    language = language_code(language)
    vocabulary = Vocabulary(Path(NAME), language, cleaning)
    own_matrix = _cleaned(RawVectors(words, matrix), vocabulary)
    vocabulary.finish()
    warnings, spellings = vocabulary.warnings(), _spellings(vocabulary)
    return Vectors(language, tuple(vocabulary.words), own_matrix, warnings=warnings, spellings=spellings)


def vector_format(path: Path) -> str:
    """The name of the module that reads ``path``.

    Raises:
        FormatError: ``path`` is missing or of no known format.
    """
    if not path.exists():
        raise FormatError(f"{path} does not exist; expected a file of word vectors, check the path")
    if path.is_file() and path.stat().st_size == 0:
        return "text"  # which says so
    for name in VECTOR_FORMATS:
        if (path.is_file() or name == "spacy") and _vector_module(name).matches(path):
            return name
    if path.is_dir():
        raise FormatError.at(
            path, None, "a folder that is not a spaCy model", "a file of word vectors or a spaCy model"
        )
    refuse_foreign(path)
    if b"\0" in head(path, recode=False):
        raise FormatError.at(path, None, "an unknown binary format", ", ".join(NAMES.values()))
    return "text"  # which says what is wrong, and on which line


def is_vectors(path: Path) -> bool:
    """Whether ``path`` looks like a file of word vectors."""
    path = readable(path)
    return path.exists() and any(
        _vector_module(name).matches(path) for name in VECTOR_FORMATS if path.is_file() or name == "spacy"
    )


def read_dictionary(path: Path | str, source: str, target: str, *, format: str | None = None) -> Dictionary:  # noqa: A002
    """The word pairs of a dictionary of any known format.

    Args:
        path: A file or folder.
        source: BCP 47 code of the language of the headwords.
        target: BCP 47 code of the language of the translations.
        format: One of ``DICTIONARY_FORMATS``, such as ``muse`` or ``freedict``; found out from the content where it is
            not given.

    Raises:
        FormatError: The file is missing, damaged or of no known format.
        VocabularyError: ``source`` or ``target`` is not the code of a language.
    """
    given, source, target = Path(path), language_code(source), language_code(target)
    path = on_disk(given)
    with naming(path, given):
        return _dictionary_module(format or dictionary_format(path)).read(path, source, target)


def dictionary_format(path: Path) -> str:
    """The name of the module that reads the dictionary ``path``.

    Raises:
        FormatError: ``path`` is missing or of no known format.
    """
    if not path.exists():
        raise FormatError(f"{path} does not exist; expected a dictionary, check the path")
    path = on_disk(path)
    if path.is_file():
        refuse_pickle(path)
    refuse_foreign_dictionary(path)
    kind = next((name for name in DICTIONARY_FORMATS if _dictionary_module(name).matches(path)), None)
    if kind is None and path.is_dir():
        files = sorted(file.name for file in path.iterdir() if not file.name.startswith("."))
        found = f"a folder of {len(files):,} files ({shown(files)})" if files else "an empty folder"
        raise FormatError.at(path, None, found, "one dictionary; name its file, such as FOLDER/NAME.tei")
    if kind is None:
        raise FormatError.at(path, None, "an unknown format", f"a dictionary: {', '.join(DICTIONARY_FORMATS)}")
    if kind in TABLES:
        refuse_markup(path)
    return kind


def _reading(language: str, file: VectorFile, parsed: Parsed, subwords: Subwords | None) -> Reading:
    vectors = Vectors(language, parsed.words, parsed.matrix, file, subwords, parsed.warnings, parsed.spellings)
    return Reading(vectors, parsed.rows, parsed.collisions, parsed.repeated)


def _parsed(
    kind: str, path: Path, vocabulary: Vocabulary, words: Path | None, progress: Progress
) -> tuple[Parsed, Subwords | None]:
    subwords: Subwords | None = None
    warnings: tuple[str, ...] = ()
    if kind in STREAMED:
        matrix = STREAMED[kind](vocabulary, path, progress=progress)
        if words:
            warnings = (f"{path} has words of its own; {words} was not used",)
    else:
        listed = arrays.read_words(words) if words else None
        raw = _vector_module(kind).read(path, max_vocab=vocabulary.max_vocab, progress=progress, words=listed)
        matrix, subwords, warnings = _cleaned(raw, vocabulary), raw.subwords, raw.warnings
    vocabulary.finish()
    all_warnings = (*warnings, *vocabulary.warnings())
    counts = vocabulary.rows, vocabulary.collisions, vocabulary.repeated
    words_kept, spellings = tuple(vocabulary.words), _spellings(vocabulary)
    return Parsed(words_kept, spellings, matrix, *counts, subwords is not None, all_warnings), subwords


def _spellings(vocabulary: Vocabulary) -> tuple[str, ...]:
    """How the words are written, if any differs from its key."""
    return () if vocabulary.spellings == vocabulary.words else tuple(vocabulary.spellings)


def _cleaned(raw: RawVectors, vocabulary: Vocabulary) -> Matrix:
    lines: Sequence[int] = range(1, len(raw.words) + 1) if raw.lines is None else raw.lines.tolist()
    admitted = vocabulary.admit(raw.words, lines)
    all_admitted = len(admitted) == len(raw.words)
    matrix = np.asarray(raw.matrix if all_admitted else raw.matrix[admitted], dtype=np.float32)
    finite = np.concatenate(
        [np.isfinite(matrix[first : first + BLOCK]).all(axis=1) for first in range(0, max(len(matrix), 1), BLOCK)]
    )
    if finite.all():
        return matrix if all_admitted else np.ascontiguousarray(matrix)
    for row in admitted[~finite].tolist():
        found = f"a value that is infinite or not a number in row {lines[row]}, {raw.words[row]!r}"
        vocabulary.leave_out(FormatError.at(vocabulary.path, None, found, "finite numbers only"))
    vocabulary.retract(finite)
    return np.ascontiguousarray(matrix[finite])


def _vector_module(name: str) -> VectorFormat:
    return cast("VectorFormat", import_module(f"isogloss.data.vector_formats.{name}"))


def _dictionary_module(name: str) -> DictionaryFormat:
    if name not in DICTIONARY_FORMATS:
        raise FormatError(f"unknown dictionary format {name!r}, expected one of {', '.join(DICTIONARY_FORMATS)}")
    module = {"json": "json_pairs"}.get(name, name)  # not the name of a module that all know
    return cast("DictionaryFormat", import_module(f"isogloss.data.dictionary_formats.{module}"))
