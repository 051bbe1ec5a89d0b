"""Candidate translations of words, with the features of each pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.ranking.features import Extractor
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.search.index import Neighbors, Rows

WHOLE_MAP_FROM = 2_000  # words from which the spelling map is solved as a whole: faster; round number, not tuned
MIN_PROBABILITY = 0.5  # of a pseudo-label: more likely right than wrong; round number, not tuned


@dataclass(frozen=True, eq=False)
class Candidates:
    """Candidate translations of some source words.

    Attributes:
        words: Rows of the source words, shape ``(n,)``.
        rows: Target rows of their candidates, shape ``(n, k)``.
        features: Of each pair, shape ``(n, k, len(FEATURES))``.
    """

    words: Rows
    rows: Rows
    features: Matrix

    @classmethod
    def of(cls, extractor: Extractor, words: Rows, spellings: Sequence[str]) -> Candidates:
        """The candidates of ``words`` (rows), of which ``spellings`` has the string of each row."""
        if extractor.spelling is not None and len(words) >= WHOLE_MAP_FROM:
            extractor.spelling.prepare()
        retrieved = extractor.direction.forward_retrieval.forward
        queries = extractor.queries(words, [spellings[word] for word in words.tolist()])
        neighbors = Neighbors(retrieved.rows[words], retrieved.scores[words])
        rows, scores = extractor.candidates(queries, neighbors)
        return cls(words, rows, extractor(queries, rows, scores))

    @classmethod
    def concatenated(cls, parts: Iterable[Candidates]) -> Candidates:
        """Several parts as one."""
        words, rows, features = zip(*((part.words, part.rows, part.features) for part in parts), strict=True)
        return cls(np.concatenate(words), np.concatenate(rows), np.concatenate(features))

    def of_words(self, words: Rows) -> Candidates:
        """Those of ``words``, as far as they are here, in the order of rows."""
        order = np.argsort(self.words, kind="stable")
        place = order[np.searchsorted(self.words, np.intersect1d(words, self.words), sorter=order)]
        return Candidates(self.words[place], self.rows[place], self.features[place])

    def mutual_pairs(self, ranker: Ranker, *, min_probability: float = MIN_PROBABILITY, min_pairs: int = 0) -> Seeds:
        """The pairs that are each other's most probable translation: pseudo-labels.

        The best source word of a target is the best of those that have the target as a candidate.

        Args:
            ranker: Gives each pair its probability.
            min_probability: Pairs below are left out.
            min_pairs: Where fewer are left, the most probable pairs up to this number.
        """
        probability = ranker(self.features)
        best = probability.argmax(axis=1)
        line = np.arange(len(best))
        targets, highest = self.rows[line, best], probability[line, best]
        order = np.argsort(probability, axis=None, kind="stable")  # the most probable word of a target is assigned last
        best_word = np.full(int(self.rows.max(initial=-1)) + 1, -1, np.int64)
        best_word[self.rows.ravel()[order]] = order // self.rows.shape[1]
        mutual = best_word[targets] == line
        threshold = min(min_probability, np.sort(highest[mutual])[::-1][:min_pairs].min(initial=1.0))
        chosen = mutual & (highest >= threshold)
        return Seeds(self.words[chosen], targets[chosen])
