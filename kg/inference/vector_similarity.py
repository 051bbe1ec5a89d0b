"""How alike the two words of a candidate are, by the vectors that are joined to the words of a graph.

Candidates that the prior is sure of, and what concepts say, turn one language into the space of the other. Dictionaries
between the two are not looked at, or words that these have would seem more alike than those that they lack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from isogloss.data.dictionary import Dictionary, Pair
from isogloss.data.errors import VocabularyError
from isogloss.data.numerics.csls import NEIGHBORS, csls, neighbor_density
from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix, Vectors
from isogloss.kg.inference.features import Described
from isogloss.kg.inference.prior import prior
from isogloss.kg.inference.translation_links import CONCEPTS, Numbers, Web, Weights
from isogloss.kg.query.embeddings import Space, space_of, turned

SURE = 0.8  # the probability from which on a candidate may turn one space into the other


@dataclass
class Spaces:
    """The joined vectors of each language, read when they are first asked for."""

    web: Web
    vectors: Mapping[str, Vectors]  # those at hand; the others are read from the files that were joined
    progress: Progress = silent
    _found: dict[int, Space] = field(default_factory=dict)

    def of(self, number: int) -> Space:
        """The space of a language.

        Raises:
            VocabularyError: No word of it has a vector.
            GraphError: The file is not the one that was joined.
        """
        if number not in self._found:
            (code,) = (code for code, each in self.web.languages.items() if each == number)
            self._found[number] = space_of(self.web.store, number, code, self.vectors.get(code), self.progress)
        return self._found[number]

    def compared(self, described: Described, here: int, there: int) -> Described:
        """The same candidates with two features more: whether both words have a vector, and how alike these are.

        Raises:
            VocabularyError: A language has no vectors, or too few sure translations turn the one into the other.
            GraphError: A file is not the one that was joined.
        """
        mine, theirs = self.of(here), self.of(there)
        mine, _ = turned(mine, theirs, self._sure(described, here, there))
        found = described.found
        rows, columns = self._rows(mine, found.source), self._rows(theirs, found.target)
        both = (rows >= 0) & (columns >= 0)
        likeness = np.zeros(len(found))
        if both.any():
            likeness[both] = csls_of_pairs(mine.matrix, theirs.matrix, rows[both], columns[both])
        return replace(
            described, columns={**described.columns, "compared": both.astype(np.float64), "likeness": likeness}
        )

    def _sure(self, described: Described, here: int, there: int) -> Dictionary:
        chance, found, told = prior().probability(described), described.found, self.web.links(here, there, CONCEPTS)
        taken = chance >= SURE
        weight = [*chance[taken].tolist(), *told.weight.tolist()]
        source, target = np.r_[found.source[taken], told.source], np.r_[found.target[taken], told.target]
        words = zip(self.web.words(source), self.web.words(target), weight, strict=True)
        codes = {number: code for code, number in self.web.languages.items()}
        return Dictionary(codes[here], codes[there], tuple(Pair(one, other, value) for one, other, value in words))

    def _rows(self, space: Space, numbers: Numbers) -> Numbers:
        """The row of each entry, -1 where it has none."""
        return np.array([space.row_of.get(word, -1) for word in self.web.words(numbers)], dtype=np.int64)


def looked_at(spaces: Spaces | None, described: Described, here: int, there: int) -> Described:
    """Candidates of other languages than those in question, compared where they can be."""
    try:
        return spaces.compared(described, here, there) if spaces else described
    except VocabularyError:
        return described


def csls_of_pairs(one: Matrix, other: Matrix, rows: Numbers, columns: Numbers) -> Weights:
    """Cross-domain similarity local scaling (Lample et al., 2018) of some pairs of rows of unit vectors.

    Args:
        one: Unit vectors of one language, shape ``(n, d)``.
        other: Unit vectors of the other language in the same space, shape ``(m, d)``.
        rows: A row of ``one`` for each pair, shape ``(pairs,)``.
        columns: A row of ``other`` for each pair, shape ``(pairs,)``.

    Returns:
        Shape ``(pairs,)``, -4 to 4.
    """
    cosine = np.einsum("ij,ij->i", one[rows], other[columns])
    return csls(cosine, _density(one, rows, other), _density(other, columns, one))


def _density(matrix: Matrix, rows: Numbers, other: Matrix) -> Weights:
    """The neighbour density of some rows of ``matrix`` among all rows of ``other``; each is looked up once."""
    import faiss

    distinct, place = np.unique(rows, return_inverse=True)
    cosine, _ = faiss.knn(
        np.ascontiguousarray(matrix[distinct]),
        np.ascontiguousarray(other),
        min(NEIGHBORS, len(other)),
        metric=faiss.METRIC_INNER_PRODUCT,
    )
    return neighbor_density(cosine.astype(np.float64))[place]
