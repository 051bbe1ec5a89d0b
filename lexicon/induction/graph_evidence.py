"""Graph evidence: pairs that other sources make probable, such as paths through third languages, beside the ranker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.induction.crossfit import Examples
from isogloss.lexicon.ranking.candidates import Candidates
from isogloss.lexicon.ranking.combination import Combination, fitted, gain
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.search.index import Rows

MIN_WORDS = 100  # held-out words with which weights are fitted, at least; round number, not tuned
LIMIT = 0.01  # probabilities of the graph are clipped to this distance from 0 and 1; round number, not tuned


@dataclass(frozen=True, eq=False)
class GraphEvidence:
    """Probabilities of word pairs by another source, ``probabilities[source row][target row]``."""

    name: str
    probabilities: Mapping[int, Mapping[int, float]]

    @classmethod
    def of(cls, given: Dictionary, source: Vectors, target: Vectors) -> GraphEvidence:
        """The weights of ``given`` for pairs whose words both have vectors; the highest where a pair is repeated."""
        probabilities: dict[int, dict[int, float]] = {}
        for pair in given:
            row, target_row = source.find(pair.source), target.find(pair.target)
            if row >= 0 and target_row >= 0:
                listed = probabilities.setdefault(row, {})
                listed[target_row] = max(listed.get(target_row, 0.0), pair.weight)
        return cls(given.origin.name, probabilities)

    def __len__(self) -> int:
        return sum(map(len, self.probabilities.values()))

    def columns(self, words: Rows, rows: Rows) -> Matrix:
        """Features of each word's candidates ``rows``, shape ``(n, k)``.

        Returns:
            Shape ``(n, k, 3)``: whether the pair is listed, the logit of its probability, and whether the word has
            other candidates that are listed.
        """
        from scipy.special import logit

        probability = np.zeros(rows.shape)
        for place, word in enumerate(words.tolist()):
            if listed := self.probabilities.get(word):
                probability[place] = [listed.get(row, 0.0) for row in rows[place].tolist()]
        stated = probability > 0
        logits = np.where(stated, logit(np.clip(probability, LIMIT, 1 - LIMIT)), 0.0)
        elsewhere = ~stated & stated.any(axis=1, keepdims=True)
        return np.stack([stated, logits, elsewhere], axis=-1).astype(np.float32)


@dataclass(frozen=True, eq=False)
class WeightedEvidence:
    """Graph evidence, how it is combined with the ranker if that helps, and a summary for the report."""

    evidence: GraphEvidence
    combination: Combination | None
    account: Mapping[str, Any]

    @classmethod
    def of(
        cls, evidence: GraphEvidence, candidates: Candidates, gold: Seeds, ranker: Ranker, *, seed: int = 0
    ) -> WeightedEvidence:
        """Fit the combination on known words, and use it if their candidates are more likely with it.

        Args:
            evidence: Of the graph.
            candidates: Of held-out words, from cross-fitting; those of ``gold`` words count.
            gold: The known pairs.
            ranker: Where it was trained on these words it is too sure of them, and the graph gets less weight.
            seed: Halves the words.
        """
        gold_candidates = candidates.of_words(gold.words)
        account: dict[str, Any] = {"name": evidence.name, "pairs": len(evidence), "words": len(gold_candidates.words)}
        if len(gold_candidates.words) < MIN_WORDS or not ranker.reorder:
            return cls(evidence, None, {**account, "helps": False})
        truth = Examples.of(gold_candidates, gold).truth
        probability = ranker(gold_candidates.features)
        columns = evidence.columns(gold_candidates.words, gold_candidates.rows)
        account |= gain(probability, columns, truth, seed=seed)
        return cls(evidence, fitted(probability, columns, truth) if account["helps"] else None, account)

    def __call__(self, probability: Matrix, words: Rows, rows: Rows) -> Matrix:
        """The ``probability`` of the candidates ``rows`` of ``words`` by a ranker, combined; both shapes ``(n, k)``."""
        if self.combination is None:
            return probability
        return self.combination(probability, self.evidence.columns(words, rows))

    @property
    def warnings(self) -> list[str]:
        """Why it is not used, if it is not."""
        if self.combination is not None:
            return []
        if self.account["words"] < MIN_WORDS:
            reason = f"{self.account['words']} held-out words to fit its weights on, need {MIN_WORDS}"
        elif "with" in self.account:
            reason = (
                f"no higher likelihood on {self.account['words']} held-out words (P@1 {self.account['with']:.3f} with "
                f"it, {self.account['without']:.3f} without)"
            )
        else:
            reason = "the method does not rerank candidates"
        return [f"{self.evidence.name}: graph evidence is not used: {reason}"]
