"""Translating words with a built model: any word that has a vector, listed in the lexicon or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from isogloss.data.errors import VocabularyError
from isogloss.data.numerics.csls import NEIGHBORS, csls
from isogloss.data.text.phrases import composed
from isogloss.data.translation import Translation, Translations
from isogloss.data.vectors import Matrix, Vectors
from isogloss.data.words import cleaned
from isogloss.lexicon.induction.entries import ordered
from isogloss.lexicon.induction.model import Model
from isogloss.lexicon.ranking.features import Extractor, Queries
from isogloss.lexicon.ranking.optimism import less_optimistic
from isogloss.lexicon.search.index import ExactIndex, Neighbors, Rows


@dataclass(frozen=True, eq=False)
class Translator:
    """A model with the vectors it was built from.

    Raises:
        VocabularyError: The vectors are not those of the model.
    """

    model: Model
    source: Vectors
    target: Vectors

    def __post_init__(self) -> None:
        for vectors, neighborhoods in ((self.source, self.model.source), (self.target, self.model.target)):
            if len(vectors) != len(neighborhoods.density):
                raise VocabularyError(
                    f"found {len(vectors)} {vectors.language} words, expected the {len(neighborhoods.density)} that "
                    "the lexicon was built with; give the same vectors and --max-vocab"
                )
        if not self.model.fits(self.source, self.target):
            raise VocabularyError(
                f"found a model for other {self.source.language} and {self.target.language} vectors than those given; "
                "give the same vectors, or build the lexicon again"
            )

    def reversed(self) -> Translator:
        """From target to source."""
        return Translator(self.model.reversed(), self.target, self.source)

    @cached_property
    def mapped_target(self) -> Matrix:
        """The target vectors in the shared space, shape ``(m, shared)``, unit length."""
        return self.model.alignment.target(self.target.matrix)

    @cached_property
    def _extractor(self) -> Extractor:
        return self.model.extractor(self.source, self.target)

    @cached_property
    def _index(self) -> ExactIndex:
        return ExactIndex(self.mapped_target)

    @cached_property
    def _index_corrected(self) -> ExactIndex:
        correction = self.model.alignment.target_correction
        return ExactIndex(correction(self.mapped_target)) if correction else self._index

    def translate(self, words: Sequence[str], k: int = 10) -> dict[str, Translations]:
        """The ``k`` best translations of each word, best first; a word without a vector gets an empty list.

        Words are found however they are typed, and translations are spelled as in their file. A word that is not in the
        vectors' list is tried in lower case, then as a phrase (composed of its words; Mikolov et al., 2013; Arora et
        al., 2017), then through subwords.
        """
        words = list(dict.fromkeys(words))
        vectors = {word: vector for word in words if (vector := self._vector(word)) is not None}
        translations = {word: Translations(word) for word in words}
        if not vectors:
            return translations
        rows, scores, probability = self.candidates(self._queries(vectors), k)
        for word, *columns in zip(vectors, rows, scores, probability, strict=True):
            candidates = zip(*(column.tolist() for column in columns), strict=True)
            translations[word].extend(
                Translation(word, self.target.written[target], self.target.language, rank, score, chance)
                for rank, (target, score, chance) in enumerate(candidates, start=1)
            )
        return translations

    def mapped(self, words: Sequence[str]) -> dict[str, Matrix]:
        """The source ``words`` in the shared space, unit length; a word without a vector is left out.

        Words that are not in the list get their vectors as in ``translate``.
        """
        vectors = {word: vector for word in dict.fromkeys(words) if (vector := self._vector(word)) is not None}
        if not vectors:
            return {}
        return dict(zip(vectors, self.model.alignment.source(np.stack(list(vectors.values()))), strict=True))

    def candidates(self, queries: Queries, k: int) -> tuple[Rows, Matrix, Matrix]:
        """The rows, CSLS and probability of the ``k`` best targets of each query, all shapes ``(n, k)``, best first.

        The first candidates by CSLS are put in the order of their probability; those beyond keep theirs behind them.
        """
        neighbors = self._extractor.candidates(queries, self._neighbors(queries, max(k, self._extractor.width)))
        optimism = np.where(queries.rows >= 0, self.model.optimism[queries.rows], 0)
        probability = less_optimistic(self.model.ranker(self._extractor(queries, *neighbors)), optimism)
        order = ordered(probability, reorder=self.model.ranker.reorder, width=self._extractor.width)[:, :k]
        best = np.arange(len(order))[:, None], order
        return neighbors.rows[best], neighbors.scores[best], probability[best]

    def _neighbors(self, queries: Queries, k: int) -> Neighbors:
        """The ``k`` best targets of each query by CSLS: as the model has them for known words, or searched for."""
        best = self.model.source.best
        if (queries.rows >= 0).all() and k <= best.rows.shape[1]:
            return Neighbors(best.rows[queries.rows], best.scores[queries.rows])
        density = self._extractor.direction.forward_retrieval.target_density
        neighbors = self._index.search(queries.corrected, k, penalty=density)
        scores = csls(neighbors.scores, queries.density[:, None], np.zeros(1, np.float32))
        return neighbors._replace(scores=scores)

    def _queries(self, vectors: Mapping[str, Matrix]) -> Queries:
        rows = np.array([self._row(word) for word in vectors])
        words = [self._key(word, row) for word, row in zip(vectors, rows.tolist(), strict=True)]
        plain = self.model.alignment.source(np.stack(list(vectors.values())))
        corrected = self.model.alignment.source_correction(plain) if self.model.alignment.source_correction else plain
        neighborhoods, new = self.model.source, rows < 0
        density, density_other = (
            neighborhoods.density[np.maximum(rows, 0)],
            neighborhoods.density_other[np.maximum(rows, 0)],
        )
        if new.any():
            density[new] = self._index.search(corrected[new], NEIGHBORS).scores.mean(axis=1)
            density_other[new] = self._index_corrected.search(plain[new], NEIGHBORS).scores.mean(axis=1)
        return Queries(words, rows, plain, corrected, density, density_other)

    def _row(self, word: str) -> int:
        row = self.source.find(word)
        return row if row >= 0 else self.source.row_of.get(cleaned(word, self.source.language), -1)

    def _key(self, word: str, row: int = -1) -> str:
        """The word that is translated: features and subwords take no notice of how it was typed."""
        if row >= 0:
            return self.source.words[row]
        return cleaned(word, self.source.language, self.source.file is None or self.source.file.lowercase)

    def _vector(self, word: str) -> Matrix | None:
        row = self._row(word)
        if row >= 0:
            return np.asarray(self.source.matrix[row], dtype=np.float32)
        key = self._key(word)
        parts = [self._row(part) for part in key.split()]
        if len(parts) > 1 and min(parts) >= 0:
            return composed(self.source, parts)
        if self.source.subwords is None or not key:
            return None
        vector = self.source.subwords.vectors([key])[0]
        return vector if vector.any() else None
