"""Words of two languages that are spelled nearly alike."""

from __future__ import annotations

import numpy as np

from isogloss.data.text.spelling import search_form
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.index import Rows

FREQUENT = 6_000  # words that are compared with each other
SHORTEST = 5  # letters below which words look alike by chance
ALIKE = 0.8  # the normalised edit similarity from which a pair counts


def cognates(source: Vectors, target: Vectors, *, frequent: int = FREQUENT, least: float = ALIKE) -> Seeds:
    """Pairs of words that are each other's most similar by edit distance, accents aside (Hauer et al., 2017).

    Args:
        source: Its ``frequent`` first words of at least ``SHORTEST`` letters are looked at.
        target: Likewise.
        frequent: Most frequent words of either language that are compared.
        least: The normalised Levenshtein similarity from which a pair counts.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    rows, folded = _long_words(source, frequent)
    rows_target, folded_target = _long_words(target, frequent)
    if not folded or not folded_target:
        return Seeds.none()
    alike = process.cdist(
        folded, folded_target, scorer=Levenshtein.normalized_similarity, score_cutoff=least, dtype=np.float32
    )
    best, back = alike.argmax(axis=1), alike.argmax(axis=0)
    each = np.arange(len(best))
    kept = (alike[each, best] >= least) & (back[best] == each)
    return Seeds(rows[kept], rows_target[best[kept]])


def _long_words(vectors: Vectors, frequent: int) -> tuple[Rows, list[str]]:
    rows = [row for row, word in enumerate(vectors.words[:frequent]) if len(word) >= SHORTEST and word.isalpha()]
    return np.array(rows, np.int64), [search_form(vectors.words[row]) for row in rows]
