"""The word vectors that are joined to a graph, one space for each language, and the alignment of two spaces.

Vectors of two languages rarely share a space, so translations of the graph align them: an orthogonal map (Xing et al.,
2015) fitted to all pairs of which both words have a vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import GraphError, VocabularyError, shown
from isogloss.data.numerics.normalisation import centred
from isogloss.data.numerics.procrustes import procrustes
from isogloss.data.progress import Progress, silent
from isogloss.data.reading import read_vectors
from isogloss.data.text.spelling import search_form
from isogloss.data.vectors import Matrix, Vectors
from isogloss.kg.storage.spelling import lemma
from isogloss.kg.storage.store import Store

MIN_TRANSLATIONS = 20  # that align two spaces; chosen by hand, not tuned by a script
ROUNDS = 2  # of unit length and zero mean; chosen by hand, not tuned by a script

_JOINED = (
    "SELECT e.lemma, r.row FROM vector_ref r JOIN entry e ON e.id = r.entry WHERE e.language = ? AND r.file = ? "
    "ORDER BY r.row"
)
_FILES = (
    "SELECT f.id, f.path, f.sha256 FROM vector_file f WHERE f.id IN "
    "(SELECT r.file FROM vector_ref r JOIN entry e ON e.id = r.entry WHERE e.language = ?) ORDER BY f.id"
)


@dataclass(frozen=True, eq=False)
class Space:
    """The words of one language that a graph and its vectors both have, with unit vectors about their mean."""

    language: str
    words: tuple[str, ...]
    matrix: Matrix  # shape (words, d)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The row of each word."""
        return {word: row for row, word in enumerate(self.words)}

    @classmethod
    def of(cls, store: Store, numbers: Sequence[int], file: int, vectors: Vectors) -> Space:
        """The rows that entries of a language, given by all numbers that mean it, point to.

        Raises:
            GraphError: The file has other words in these rows than when it was joined.
        """
        rows = list(dict.fromkeys(row for number in numbers for row in store.rows(_JOINED, (number, file))))
        wrong = [word for word, row in rows if row >= len(vectors) or vectors.find(word) != row]
        if wrong:
            raise GraphError(
                f"{store.path}: {shown(wrong)} are not in their rows of the {vectors.language} vectors any more; "
                "join them again with 'isogloss kg vectors'"
            )
        matrix = vectors.matrix[np.array([row for _, row in rows], dtype=np.int64)]
        return cls(vectors.language, tuple(word for word, _ in rows), centred(matrix, rounds=ROUNDS).vectors)

    def row(self, word: str) -> int:
        """The row of a word, as written or else without regard to case and accents.

        Raises:
            VocabularyError: It has none.
        """
        written = lemma(word)
        if written in self.row_of:
            return self.row_of[written]
        form = search_form(written)
        for row, candidate in enumerate(self.words):
            if search_form(candidate) == form:
                return row
        raise VocabularyError(
            f"{word!r} has no {self.language} vector in this graph; it has those of {len(self.words):,} words, "
            f"such as {shown(self.words[:3])}"
        )


def joined_file(store: Store, numbers: Sequence[int], language: str) -> tuple[int, str, str]:
    """Number, path and SHA-256 of the file of vectors that the words of a language point into, the latest one.

    Raises:
        VocabularyError: There is none.
    """
    files = next((files for number in numbers if (files := store.rows(_FILES, (number,)))), [])
    if not files:
        raise VocabularyError(
            f"no {language} word of {store.path} has a vector; join a file of vectors with "
            f"'isogloss kg vectors FILE --lang {language}'"
        )
    file, path, sha256 = files[-1]
    return int(file), path, sha256


def align_spaces(source: Space, target: Space, seeds: Dictionary) -> tuple[Space, int]:
    """The vectors of one language aligned to the space of another (Procrustes), and the number of seed translations.

    The map minimises ``‖x @ w - y‖`` over orthogonal ``w`` (Schönemann, 1966); a pair counts with its weight.

    Raises:
        VocabularyError: There are too few translations of words with vectors, or the dimensions differ.
    """
    if source.matrix.shape[1] != target.matrix.shape[1]:
        raise VocabularyError(
            f"{source.language} vectors have {source.matrix.shape[1]} dimensions and {target.language} vectors "
            f"{target.matrix.shape[1]}, expected as many in both"
        )
    source_rows, target_rows = source.row_of, target.row_of
    pairs = [pair for pair in seeds.pairs if pair.source in source_rows and pair.target in target_rows]
    if len(pairs) < MIN_TRANSLATIONS:
        raise VocabularyError(
            f"{len(pairs)} translations between {source.language} and {target.language} have vectors of both words, "
            f"expected {MIN_TRANSLATIONS} or more; import more translations, or join vectors of more words"
        )
    weight = np.array([pair.weight for pair in pairs], dtype=np.float32)[:, None]
    x = source.matrix[[source_rows[pair.source] for pair in pairs]] * weight
    rotation = procrustes(x, target.matrix[[target_rows[pair.target] for pair in pairs]])
    return Space(source.language, source.words, source.matrix @ rotation), len(pairs)


def space_of(
    store: Store, numbers: Sequence[int], language: str, vectors: Vectors | None = None, progress: Progress = silent
) -> Space:
    """The vectors of a language, given by its numbers and code, from the file that was joined or as they are at hand.

    Raises:
        VocabularyError: No word of the language has a vector.
        GraphError: The file is not the one that was joined.
    """
    file, path, sha256 = joined_file(store, numbers, language)
    read = read_vectors(path, language, max_vocab=None, progress=progress) if vectors is None else vectors
    if read.file is None or read.file.sha256 != sha256:
        raise GraphError(
            f"{path}: not the file that was joined to the {language} words (its hash differs); join it again with "
            "'isogloss kg vectors'"
        )
    return Space.of(store, numbers, file, read)
