"""Words of two languages that are spelled nearly alike."""

from __future__ import annotations

import numpy as np

from isogloss.data.text.romanisation import romanised
from isogloss.data.text.scripts import main_script
from isogloss.data.text.spelling import search_forms
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.index import Rows

FREQUENT = 6_000  # most frequent words of a language that are compared (36 million pairs); round number, not tuned
MIN_LENGTH = 5  # letters; shorter words look alike by chance. Chosen by hand, not tuned by a script
MIN_SIMILARITY = 0.8  # normalised Levenshtein similarity: one letter in five differs; chosen by hand, not tuned


def cognates(
    source: Vectors, target: Vectors, *, frequent: int = FREQUENT, min_similarity: float = MIN_SIMILARITY
) -> Seeds:
    """Pairs of words that are each other's most similar by edit distance, accents aside (Hauer et al., 2017).

    Args:
        source: Its ``frequent`` first words of at least ``MIN_LENGTH`` letters are compared.
        target: Likewise.
        frequent: Most frequent words of either language that are compared.
        min_similarity: The normalised Levenshtein similarity from which a pair counts.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    across = main_script(source.words) != main_script(target.words)
    rows, folded = _long_words(source, frequent, across)
    rows_target, folded_target = _long_words(target, frequent, across)
    if not folded or not folded_target:
        return Seeds.none()
    similarity = process.cdist(
        folded, folded_target, scorer=Levenshtein.normalized_similarity, score_cutoff=min_similarity, dtype=np.float32
    )
    forward, backward = similarity.argmax(axis=1), similarity.argmax(axis=0)
    own = np.arange(len(forward))
    mutual = (similarity[own, forward] >= min_similarity) & (backward[forward] == own)
    return Seeds(rows[mutual], rows_target[forward[mutual]])


def _long_words(vectors: Vectors, frequent: int, across: bool) -> tuple[Rows, list[str]]:
    rows = [row for row, word in enumerate(vectors.words[:frequent]) if len(word) >= MIN_LENGTH and word.isalpha()]
    words = [vectors.words[row] for row in rows]
    return np.array(rows, np.int64), romanised(words) if across else search_forms(words)
