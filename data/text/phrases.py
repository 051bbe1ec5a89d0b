"""Terms of several words, with vectors composed from those of their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from isogloss.data.errors import VocabularyError, shown
from isogloss.data.vectors import Matrix, Vectors
from isogloss.data.words import cleaned, tidy

SMOOTHING = 1e-3  # the ``a`` of ``a / (a + p)``, a probability: the value of Arora et al. (2017)


def composed(vectors: Vectors, rows: Sequence[int]) -> Matrix:
    """The vector of a term whose words are at ``rows``: their directions, the rare ones weighing more, shape ``(d,)``.

    The weights are those of Arora et al. (2017), ``a / (a + p)``, with the probability ``p`` of a word from its
    frequency rank by Zipf's law.
    """
    words = vectors.matrix[list(rows)]
    directions = words / np.maximum(np.linalg.norm(words, axis=1, keepdims=True), 1e-12)
    probability = 1 / ((np.asarray(rows) + 1.0) * (np.log(len(vectors)) + 0.5772))
    weight = SMOOTHING / (SMOOTHING + probability)
    return np.asarray(weight @ directions, dtype=np.float32)


def with_phrases(vectors: Vectors, phrases: Sequence[str]) -> Vectors:
    """``vectors`` with a row for each term of ``phrases`` behind their own; the file remembers them.

    Terms that are words already stay as they are. A term with an unknown word gets no vector; ``warnings`` names it.

    Raises:
        VocabularyError: None of the terms can be composed.
    """
    lowercase = vectors.file is None or vectors.file.lowercase
    spelling_of: dict[str, str] = {}
    for phrase in phrases:
        spelling_of.setdefault(cleaned(phrase, vectors.language, lowercase), tidy(phrase))
    new = [term for term in spelling_of if term and term not in vectors.row_of]
    word_rows = {term: [vectors.find(word) for word in term.split()] for term in new}
    composable = {term: rows for term, rows in word_rows.items() if min(rows) >= 0}
    if new and not composable:
        raise VocabularyError(
            f"no phrase has {vectors.language} vectors for all of its words ({shown(new)}); check that the list is "
            "of the right language"
        )
    if not composable:
        return vectors
    left_out = [term for term in new if term not in composable]
    warnings = (
        [f"{len(left_out)} of {len(new)} phrases have words without vectors: {shown(left_out)}"] if left_out else []
    )
    rows = np.stack([composed(vectors, rows) for rows in composable.values()])
    spellings = [spelling_of[term] for term in composable]
    file = None if vectors.file is None else replace(vectors.file, phrases=(*vectors.file.phrases, *spellings))
    return replace(
        vectors,
        words=(*vectors.words, *composable),
        matrix=np.concatenate([vectors.matrix, rows]),
        file=file,
        warnings=(*vectors.warnings, *warnings),
        spellings=(*vectors.written, *spellings),
    )
