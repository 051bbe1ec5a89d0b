"""What a file holds, and whether it is fit for use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import IsoglossError, VocabularyError, damage_told
from isogloss.data.language import language_code
from isogloss.data.left_out import NOT_UTF8, lost, reasons_text
from isogloss.data.limits import MAX_VOCAB
from isogloss.data.lines import NO_UTF8
from isogloss.data.progress import Progress, silent
from isogloss.data.reading import Reading, dictionary_format, is_vectors, read_dictionary, read_with_counts
from isogloss.data.text.cleaning import Cleaning
from isogloss.data.unpacking import STDIN
from isogloss.data.vectors import Matrix, Vectors
from isogloss.data.words import cleaned

UNKNOWN = "und"  # BCP 47 for a language nobody has named
NAMED = re.compile(r"^(?:wiki|cc)\.([a-z]{2,3})\.", re.IGNORECASE)  # as fastText names its files
PAIRED = re.compile(r"^(?:dict-freedict-|freedict-)?([a-z]{2,3})-([a-z]{2,3})\b", re.IGNORECASE)
BLOCK = 8_192  # rows whose hashes and norms are computed at a time; round number

FEW_WORDS = 1_000  # words; round number, not tuned
MANY_DUPLICATES = 0.01  # share of all words; round number, not tuned
ANISOTROPIC = 0.6  # norm of the mean unit vector; chosen by hand: fastText and word2vec spaces stay well below


@dataclass(frozen=True)
class VectorReport:
    """A file of vectors, measured.

    ``rows`` were read, ``collisions`` of the words fall together in lower case, ``repeated`` rows have a word that
    came before. ``norms`` are minimum, median and maximum. ``duplicate_vectors`` words have exactly the vector of
    another one, at most ``largest_group`` the same. Shares are of all words; ``anisotropy`` is the norm of the mean
    unit vector, 0 for a centred space and 1 where all vectors point the same way.
    """

    path: str
    kind: str
    language: str | None
    words: int
    dimensions: int
    rows: int
    collisions: int
    repeated: int
    subwords: bool
    norms: tuple[float, float, float]
    zero_vectors: int
    duplicate_vectors: int
    largest_group: int
    lowercase_share: float
    letters_share: float
    numerals_share: float
    anisotropy: float
    first_words: tuple[str, ...]
    sha256: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class DictionaryReport:
    """A dictionary, counted; ``dropped`` are the lines left out, by reason."""

    path: str
    kind: str
    source: str | None
    target: str | None
    pairs: int
    source_words: int
    target_words: int
    dropped: Mapping[str, int]
    origin: str
    licence: str


def inspect(
    path: Path | str,
    language: str | None = None,
    *,
    target: str | None = None,
    max_vocab: int | None = MAX_VOCAB,
    words: Path | str | None = None,
    strict: bool = False,
    progress: Progress = silent,
) -> VectorReport | DictionaryReport:
    """Look through a file of vectors or a dictionary, whichever it is.

    ``language`` (and ``target``, for a dictionary) are taken from the name of the file where they are not given.

    Raises:
        FormatError: The file is damaged or of no known kind.
        VocabularyError: The file is a collection of many languages and it was not said which are meant.
    """
    path = Path(path)
    with damage_told(path):
        vectors = words is not None or is_vectors(path) or not (path.exists() or path == STDIN)
    if vectors:
        language = language or _language_of(path)
        cleaning = Cleaning(max_vocab, lowercase=False, strict=strict)
        reading = read_with_counts(path, language or UNKNOWN, cleaning, words=words, progress=progress)
        with damage_told(path):
            return vector_report(reading, language)
    pair = PAIRED.match(path.name)
    source = language or (_known(pair[1]) if pair else None)
    target = target or (_known(pair[2]) if pair else None)
    with damage_told(path):
        kind = dictionary_format(path)
    if kind == "cldr" and not (source and target):
        raise VocabularyError(f"{path} has names in many languages; select two with --lang and --to")
    dictionary = read_dictionary(path, source or UNKNOWN, target or UNKNOWN, format=kind)
    return dictionary_report(dictionary, path, kind, source, target)


def vector_report(reading: Reading, language: str | None) -> VectorReport:
    """Measure vectors that were read without lower-casing."""
    vectors, file = reading.vectors, reading.vectors.file
    norms = _norms(vectors.matrix)
    groups = _groups(vectors.matrix)
    kind_of = [(word == word.lower(), word.isalpha(), word.isnumeric()) for word in vectors.words]
    lowercase, letters, numerals = (float(share) for share in np.mean(kind_of, axis=0))
    report = VectorReport(
        path=file.path if file else "",
        kind=file.kind if file else "",
        language=language,
        words=len(vectors),
        dimensions=vectors.dimensions,
        rows=reading.rows,
        collisions=len(vectors) - len({cleaned(word, vectors.language) for word in vectors.words}),
        repeated=reading.repeated,
        subwords=vectors.subwords is not None,
        norms=(float(norms.min()), float(np.median(norms)), float(norms.max())),
        zero_vectors=int((norms == 0).sum()),
        duplicate_vectors=int(groups[groups > 1].sum()),
        largest_group=int(groups.max()),
        lowercase_share=lowercase,
        letters_share=letters,
        numerals_share=numerals,
        anisotropy=_anisotropy(vectors.matrix, norms),
        first_words=vectors.words[:10],
        sha256=file.sha256 if file else "",
        warnings=vectors.warnings,
    )
    return _with_warnings(report, vectors)


def lost_lines(dictionary: Dictionary) -> str | None:
    """A warning where lines of the file made no pair, by reason."""
    if not (count := lost(dictionary.dropped)):
        return None
    advice = f"; {NO_UTF8.partition('; ')[2]}" if NOT_UTF8 in dictionary.dropped else ""
    reasons = reasons_text(dictionary.dropped, dictionary.examples)
    return f"{dictionary.origin.name}: {count:,} lines are left out: {reasons}{advice}"


def dictionary_report(
    dictionary: Dictionary, path: Path, kind: str, source: str | None, target: str | None
) -> DictionaryReport:
    """Count the words of a dictionary."""
    return DictionaryReport(
        path=str(path),
        kind=kind,
        source=source,
        target=target,
        pairs=len(dictionary),
        source_words=len({pair.source for pair in dictionary}),
        target_words=len({pair.target for pair in dictionary}),
        dropped=dict(dictionary.dropped),
        origin=dictionary.origin.name,
        licence=dictionary.origin.licence,
    )


def _language_of(path: Path) -> str | None:
    named = NAMED.match(path.name)
    return _known(named[1]) if named else None


def _known(name: str) -> str | None:
    try:
        return language_code(name)
    except IsoglossError:
        return None


def _norms(matrix: Matrix) -> NDArray[np.float64]:
    return np.concatenate(
        [np.linalg.norm(matrix[start : start + BLOCK].astype(np.float64), axis=1) for start in _starts(matrix)]
    )


def _groups(matrix: Matrix) -> NDArray[np.int64]:
    """The sizes of the groups of rows that are equal to the last bit, found by a 64-bit hash of each row."""
    factors = np.random.default_rng(0).integers(1, 1 << 63, matrix.shape[1], dtype=np.uint64) | np.uint64(1)
    hashes = [
        np.ascontiguousarray(matrix[start : start + BLOCK]).view(np.uint32).astype(np.uint64) @ factors
        for start in _starts(matrix)
    ]
    return np.unique(np.concatenate(hashes), return_counts=True)[1]


def _anisotropy(matrix: Matrix, norms: NDArray[np.float64]) -> float:
    total = np.zeros(matrix.shape[1])
    for start in _starts(matrix):
        part = norms[start : start + BLOCK]
        weights = np.divide(1.0, part, out=np.zeros_like(part), where=part > 0)
        total += weights @ matrix[start : start + BLOCK]
    return float(np.linalg.norm(total / max(1, int((norms > 0).sum()))))


def _starts(matrix: Matrix) -> range:
    return range(0, len(matrix), BLOCK)


def _with_warnings(report: VectorReport, vectors: Vectors) -> VectorReport:
    warnings = []
    if report.duplicate_vectors > MANY_DUPLICATES * report.words:
        warnings.append(
            f"{report.duplicate_vectors:,} words share their vector with another word (up to {report.largest_group:,} "
            "the same): the vocabulary seems to be pruned, with rare words mapped to the vector of a neighbor; they "
            "would become false translations"
        )
    if report.zero_vectors:
        warnings.append(f"{report.zero_vectors:,} words have a vector of zeros and cannot be translated")
    if report.words < FEW_WORDS:
        warnings.append(f"only {report.words:,} words: a reliable alignment needs some thousand")
    if note := order_note(vectors.words):
        warnings.append(note)
    if report.anisotropy > ANISOTROPIC:
        warnings.append(
            f"the vectors are anisotropic (norm of the mean unit vector {report.anisotropy:.2f}): centre them "
            "before comparing cosines"
        )
    return replace(report, warnings=(*report.warnings, *warnings))


def order_note(words: Sequence[str]) -> str | None:
    """A warning where the order is not that of frequency, which a vocabulary cut takes for granted.

    Frequent words are short (Zipf, 1935), so the first tenth of a list should not be longer than the rest.
    """
    if len(words) < FEW_WORDS:
        return None
    head = words[: len(words) // 10]
    if list(head) == sorted(head):
        return (
            "the words are in alphabetical order, not by frequency: a vocabulary limit cuts off letters of the alphabet"
        )
    lengths = np.array([len(word) for word in words])
    head_length, tail_length = lengths[: len(head)].mean(), lengths[len(head) :].mean()
    if head_length > tail_length:
        return (
            f"the first tenth of the words is longer ({head_length:.1f} letters) than the rest ({tail_length:.1f}): "
            "the words seem not to be sorted by frequency, which a vocabulary limit relies on"
        )
    return None
