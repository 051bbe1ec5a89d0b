"""Vector similarity of a candidate's two words (CSLS), by the word vectors that are joined to a graph.

Candidates of high prior probability, and concepts, align the two spaces (Procrustes). Dictionaries of the two languages
are not used: the pairs that they list would come out more similar than those that they lack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from isogloss.data.dictionary import Dictionary, Pair
from isogloss.data.numerics.csls import NEIGHBORS, csls, neighbor_density
from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix, Vectors
from isogloss.kg.inference.features import Described
from isogloss.kg.inference.prior import prior
from isogloss.kg.inference.translation_links import CONCEPTS, Numbers, TranslationLinks, Weights
from isogloss.kg.query.embeddings import Space, align_spaces, space_of

SURE = 0.8  # least probability of the candidates that align two spaces; chosen by hand, not tuned by a script


@dataclass
class Spaces:
    """The joined vectors of each language, read when they are first asked for."""

    translations: TranslationLinks
    vectors: Mapping[str, Vectors]  # those at hand; the others are read from the files that were joined
    progress: Progress = silent
    _read: dict[int, Space] = field(default_factory=dict)

    def of(self, number: int) -> Space:
        """The space of a language.

        Raises:
            VocabularyError: No word of it has a vector.
            GraphError: The file is not the one that was joined.
        """
        if number not in self._read:
            language_groups, store = self.translations.language_groups, self.translations.store
            numbers = language_groups.members.get(number, (number,))
            at_hand = (
                self.vectors[code] for number in numbers if (code := language_groups.codes[number]) in self.vectors
            )
            self._read[number] = space_of(
                store, numbers, language_groups.codes[number], next(at_hand, None), self.progress
            )
        return self._read[number]

    def compared(self, described: Described) -> Described:
        """The same candidates with two more features: whether both words have a vector, and their CSLS.

        Raises:
            VocabularyError: A language has no vectors, or too few sure translations align the two spaces.
            GraphError: A file is not the one that was joined.
        """
        languages = described.candidates.languages
        source_space, target_space = self.of(languages.source), self.of(languages.target)
        source_space, _ = align_spaces(source_space, target_space, self._sure(described))
        candidates = described.candidates
        rows, columns = self._rows(source_space, candidates.source), self._rows(target_space, candidates.target)
        compared = (rows >= 0) & (columns >= 0)
        similarity = np.zeros(len(candidates))
        if compared.any():
            similarity[compared] = csls_of_pairs(
                source_space.matrix, target_space.matrix, rows[compared], columns[compared]
            )
        return replace(
            described,
            columns={**described.columns, "compared": compared.astype(np.float64), "vector_similarity": similarity},
        )

    def _sure(self, described: Described) -> Dictionary:
        probability, candidates = prior().probability(described), described.candidates
        by_concepts = candidates.languages.stated(CONCEPTS)
        chosen = probability >= SURE
        weight = [*probability[chosen].tolist(), *by_concepts.weight.tolist()]
        source, target = (
            np.r_[candidates.source[chosen], by_concepts.source],
            np.r_[candidates.target[chosen], by_concepts.target],
        )
        words = zip(self.translations.words(source), self.translations.words(target), weight, strict=True)
        pairs = tuple(Pair(source_word, target_word, value) for source_word, target_word, value in words)
        return Dictionary(*candidates.languages.codes, pairs)

    def _rows(self, space: Space, numbers: Numbers) -> Numbers:
        """The row of each entry, -1 where it has none."""
        return np.array([space.row_of.get(word, -1) for word in self.translations.words(numbers)], dtype=np.int64)


def csls_of_pairs(x: Matrix, y: Matrix, rows: Numbers, columns: Numbers) -> Weights:
    """Cross-domain similarity local scaling (Lample et al., 2018) of some pairs of rows of unit vectors.

    Args:
        x: Unit vectors of one language, shape ``(n, d)``.
        y: Unit vectors of the other language in the same space, shape ``(m, d)``.
        rows: A row of ``x`` for each pair, shape ``(pairs,)``.
        columns: A row of ``y`` for each pair, shape ``(pairs,)``.

    Returns:
        Shape ``(pairs,)``, -4 to 4.
    """
    cosine = np.einsum("ij,ij->i", x[rows], y[columns])
    return csls(cosine, _density(x, rows, y), _density(y, columns, x))


def _density(matrix: Matrix, rows: Numbers, targets: Matrix) -> Weights:
    """The neighbor density of some rows of ``matrix`` among all rows of ``other``; each is looked up once."""
    import faiss

    distinct, place = np.unique(rows, return_inverse=True)
    cosine, _ = faiss.knn(
        np.ascontiguousarray(matrix[distinct]),
        np.ascontiguousarray(targets),
        min(NEIGHBORS, len(targets)),
        metric=faiss.METRIC_INNER_PRODUCT,
    )
    return neighbor_density(cosine.astype(np.float64))[place]
