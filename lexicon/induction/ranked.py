"""The candidates of all source words by the last fit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from isogloss.data.vectors import Matrix
from isogloss.lexicon.ranking.candidates import Candidates
from isogloss.lexicon.ranking.features import Extractor
from isogloss.lexicon.ranking.optimism import less_optimistic, optimism
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.search.index import Neighbors, Rows
from isogloss.lexicon.self_learning.training_pairs import TrainingPairs

PART = 8_192  # words that are ranked at a time; a size limit, not tuned


class Ranked(NamedTuple):
    """Candidates of every source word, all shape ``(n, k)``, first in the order of CSLS; the ``optimism`` of each word.

    ``probability`` is without the optimism.
    """

    rows: Rows
    scores: Matrix  # CSLS
    probability: Matrix
    optimism: Matrix  # shape (n,)

    @classmethod
    def of(
        cls,
        extractor: Extractor,
        ranker: Ranker,
        spellings: tuple[str, ...],
        training_pairs: TrainingPairs,
        held_out: Candidates,
    ) -> Ranked:
        """The candidates of the words ``spellings``.

        Args:
            extractor: Of the last fit.
            ranker: Gives each pair its probability.
            spellings: The source words.
            training_pairs: What the last fit is fitted to.
            held_out: Candidates from fits without the words.
        """
        neighbors = extractor.direction.forward_retrieval.forward
        if extractor.spelling is not None:
            extractor.spelling.prepare()

        def ranked(words: Rows) -> tuple[Rows, Matrix, Matrix]:
            queries = extractor.queries(words, [spellings[row] for row in words.tolist()])
            rows, scores = extractor.candidates(queries, Neighbors(neighbors.rows[words], neighbors.scores[words]))
            return rows, scores, ranker(extractor(queries, rows, scores))

        count = len(neighbors.rows)
        parts = (np.arange(start, min(start + PART, count)) for start in range(0, count, PART))
        rows, scores, probability = map(np.concatenate, zip(*map(ranked, parts), strict=True))
        pseudo_labelled = np.setdiff1d(training_pairs.pairs.words, training_pairs.gold.words)
        too_sure = optimism(rows, probability, held_out.of_words(pseudo_labelled), ranker)
        return cls(rows, scores, less_optimistic(probability, too_sure), too_sure)

    def in_order(self, places: Rows) -> Ranked:
        """The same with the candidates of each word in the order of ``places``, shape ``(n, k)``."""
        order = np.arange(len(places))[:, None], places
        return Ranked(self.rows[order], self.scores[order], self.probability[order], self.optimism)
