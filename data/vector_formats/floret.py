"""floret vectors: a small table of hashed character n-grams that has a vector for any word.

A word's vector is the mean of the rows that its n-grams, and the word itself, hash to (Boyd & Warmerdam, 2022).
There is no list of words, so one has to be given, unless the model carries word probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from isogloss.data.errors import FormatError
from isogloss.data.limits import limits, too_large
from isogloss.data.progress import Progress
from isogloss.data.vector_formats import RawVectors
from isogloss.data.vector_formats.murmur import murmur3_128
from isogloss.data.vector_formats.spacy_package import SpacyModel
from isogloss.data.vectors import Matrix

_LOWER = (66, "LOWER")  # spaCy's number and name for "look up the lower-cased word"
_HEADER = "a header line of floret: rows, dimensions, shortest and longest n-gram, hashes, seed, start, end"
_BLOCK = 4096  # words composed at a time; round number


@dataclass(frozen=True)
class NgramHashing:
    """How a word becomes rows: n-grams of ``shortest`` to ``longest`` characters, ``hashes`` rows for each."""

    shortest: int
    longest: int
    hashes: int
    seed: int
    start: str = "<"
    end: str = ">"
    lowercase: bool = False

    def ngrams(self, word: str) -> list[str]:
        """The word between its marks, then its n-grams."""
        if not word:
            return []
        marked = self.start + (word.lower() if self.lowercase else word) + self.end
        sizes = range(self.shortest, self.longest + 1)
        return [marked] + [marked[at : at + size] for size in sizes for at in range(len(marked) - size + 1)]


@dataclass(frozen=True, eq=False)
class FloretTable:
    """A floret model: ``table`` has shape ``(rows, d)``."""

    table: Matrix
    hashing: NgramHashing

    def vectors(self, words: Sequence[str]) -> Matrix:
        """The vectors of ``words``, shape ``(len(words), d)``; only the empty word has zeros."""
        blocks = [self._mean(words[at : at + _BLOCK]) for at in range(0, len(words), _BLOCK)]
        return np.concatenate(blocks) if blocks else np.zeros((0, self.table.shape[1]), np.float32)

    def _mean(self, words: Sequence[str]) -> Matrix:
        ngrams = [self.hashing.ngrams(word) for word in words]
        number: dict[str, int] = {}
        places = np.array([number.setdefault(ngram, len(number)) for row in ngrams for ngram in row], np.int64)
        halves = murmur3_128([ngram.encode("utf-8", "surrogatepass") for ngram in number], self.hashing.seed)
        quarters = halves.astype("<u8", copy=False).view("<u4")[:, : self.hashing.hashes]
        rows = (quarters % np.uint32(len(self.table)))[places].ravel()
        counts = np.array([len(row) for row in ngrams], np.int64) * self.hashing.hashes
        shares = np.repeat(1 / np.maximum(counts, 1), counts).astype(np.float32)
        bounds = np.concatenate([[0], np.cumsum(counts)])
        weights = csr_array((shares, rows.astype(np.int64), bounds), shape=(len(words), len(self.table)))
        return np.asarray(weights @ self.table, np.float32)


def matches(path: Path) -> bool:
    """Whether ``path`` is a spaCy model in floret mode, or a table that floret wrote as text."""
    try:
        model = SpacyModel.find(path)
        if model is not None:
            return model.mode == "floret"
        return path.is_file() and _header(path) is not None
    except (FormatError, OSError):
        return False


def read(path: Path, *, max_vocab: int | None, progress: Progress, words: Sequence[str] | None = None) -> RawVectors:
    """The vectors of ``words``, or of the model's own most probable words where it has probabilities.

    Raises:
        FormatError: The model is torn, or there are no words to make vectors for.
    """
    model = SpacyModel.find(path)
    table = _of_model(model) if model is not None else _of_text(path)
    listed = list(words) if words is not None else _probable_words(model)
    if not listed:
        raise FormatError.at(
            path, None, "floret vectors, which have no word list", "one; give a list of words, most frequent first"
        )
    chosen = _first(listed, max_vocab)
    blocks = range(0, len(chosen), _BLOCK)
    made = [table.vectors(chosen[at : at + _BLOCK]) for at in progress(blocks, "Composing words", len(blocks))]
    return RawVectors(words=chosen, matrix=np.concatenate(made), subwords=table)


def probable_words(path: Path) -> list[str]:
    """The words of a spaCy model with word probabilities, most probable first; none where it has no such list.

    Raises:
        FormatError: The model is torn.
    """
    return _probable_words(SpacyModel.find(path))


def _of_model(model: SpacyModel) -> FloretTable:
    settings = model.settings
    try:
        hashing = NgramHashing(
            shortest=int(settings["minn"]),
            longest=int(settings["maxn"]),
            hashes=int(settings["hash_count"]),
            seed=int(settings["hash_seed"]),
            start=str(settings["bow"]),
            end=str(settings["eow"]),
            lowercase=settings.get("attr") in _LOWER,
        )
    except (KeyError, TypeError, ValueError) as error:
        place = model.path / model.vocab / "vectors.cfg"
        raise FormatError.at(
            place, None, f"no usable {error}", "minn, maxn, hash_count, hash_seed, bow, eow"
        ) from error
    _check(model.path, hashing)
    return FloretTable(model.table, hashing)


def _of_text(path: Path) -> FloretTable:
    header = _header(path)
    if header is None:
        raise FormatError.at(path, 1, "no floret header", _HEADER)
    rows, dimensions, hashing = header
    _check(path, hashing)
    if not 0 < rows * dimensions * 2 <= path.stat().st_size:  # a digit and a blank for each number, at the very least
        raise FormatError.at(path, 1, f"{rows:,} rows of {dimensions} announced", "no more than the file can hold")
    most = limits().line
    if 2 * dimensions > most:
        raise too_large(path, 1, f"rows of {dimensions:,} numbers", "line")
    table = np.empty((rows, dimensions), np.float32)
    with path.open(encoding="utf-8", errors="replace") as lines:
        lines.readline(most)
        for row in range(rows):
            line = lines.readline(most)
            name, _, numbers = line.partition(" ")
            try:
                values = np.array(numbers.split(), np.float32)
            except ValueError:
                values = np.empty(0, np.float32)
            if name != str(row) or len(values) != dimensions or not np.isfinite(values).all():
                found = f"row {name[:20]!r} with {np.isfinite(values).sum()} finite numbers"
                raise FormatError.at(path, row + 2, found, f"row {row} with {dimensions}")
            table[row] = values
    return FloretTable(table, hashing)


def _header(path: Path) -> tuple[int, int, NgramHashing] | None:
    with path.open("rb") as stream:
        fields = stream.readline(1000).decode("utf-8", "replace").split()
    if len(fields) != 8 or not all(field.isdecimal() for field in fields[:6]):
        return None
    rows, dimensions, shortest, longest, hashes, seed = map(int, fields[:6])
    return rows, dimensions, NgramHashing(shortest, longest, hashes, seed, fields[6], fields[7])


def _check(path: Path, hashing: NgramHashing) -> None:
    if not (0 < hashing.shortest <= hashing.longest <= 100 and 1 <= hashing.hashes <= 4 and 0 <= hashing.seed < 2**32):
        found = f"n-grams of {hashing.shortest} to {hashing.longest}, {hashing.hashes} hashes, seed {hashing.seed}"
        raise FormatError.at(path, None, found, "n-grams of 1 to 100, one to four hashes, a seed of 32 bits")


def _probable_words(model: SpacyModel | None) -> list[str]:
    if model is None or not model.has("lookups.bin") or not model.has("strings.json"):
        return []
    lookups = model.unpacked("lookups.bin")
    if not isinstance(lookups, dict) or "lexeme_prob" not in lookups:
        return []
    keys, logarithms = model.integers("lookups.bin", lookups["lexeme_prob"])
    if logarithms.dtype.kind not in "fiu":
        return []
    names = model.named(keys[np.argsort(-logarithms, kind="stable")])
    return [name for name in names if name is not None]


def _first(words: Sequence[str], most: int | None) -> list[str]:
    """As many words as make ``most`` different ones in lower case."""
    if most is None or most >= len(words):
        return list(words)
    seen: set[str] = set()
    for place, word in enumerate(words):
        seen.add(word.lower())
        if len(seen) > most:
            return list(words[:place])
    return list(words)
