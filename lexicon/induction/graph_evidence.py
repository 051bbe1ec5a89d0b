"""What other sources say of candidate pairs, weighed with the ranker: paths through third languages, say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isogloss.data.dictionary import Dictionary
from isogloss.data.numerics.logistic_regression import log_odds, logistic_regression
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.induction.crossfit import Examples
from isogloss.lexicon.ranking.candidates import Candidates
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.search.index import Rows

FEWEST = 100  # held-out words whose candidates tell how much another source is worth
LIMIT = 0.01  # probabilities of others are not taken to be nearer to 0 and 1 than this
PRECISION = 2.0  # one over the prior variance of a weight, about that of a source that says nothing; round number

Truth = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Support:
    """The probability that another source gives to pairs of words, by source row and target row."""

    name: str
    chances: Mapping[int, Mapping[int, float]]

    @classmethod
    def of(cls, given: Dictionary, source: Vectors, target: Vectors) -> Support:
        """Weights of ``given`` as probabilities, as far as both words are known; of two, the higher counts."""
        chances: dict[int, dict[int, float]] = {}
        for pair in given:
            one, other = source.row_of.get(pair.source, -1), target.row_of.get(pair.target, -1)
            if one >= 0 and other >= 0:
                listed = chances.setdefault(one, {})
                listed[other] = max(listed.get(other, 0.0), pair.weight)
        return cls(given.origin.name, chances)

    def __len__(self) -> int:
        return sum(map(len, self.chances.values()))

    def columns(self, words: Rows, rows: Rows) -> Matrix:
        """What is said of each word's candidates ``rows``, shape ``(n, k)``.

        Returns:
            Shape ``(n, k, 3)``: whether the pair is listed, the logit of its probability, and whether the word has
            other candidates that are listed.
        """
        from scipy.special import logit

        chance = np.zeros(rows.shape)
        for place, word in enumerate(words.tolist()):
            if listed := self.chances.get(word):
                chance[place] = [listed.get(row, 0.0) for row in rows[place].tolist()]
        here = chance > 0
        said = np.where(here, logit(np.clip(chance, LIMIT, 1 - LIMIT)), 0.0)
        elsewhere = ~here & here.any(axis=1, keepdims=True)
        return np.stack([here, said, elsewhere], axis=-1).astype(np.float32)


class Weighing(NamedTuple):
    """A logistic model of the ranker's logit and the three columns of a ``Support``."""

    weights: NDArray[np.float64]  # (5,): offset, ranker, listed, logit, elsewhere

    def __call__(self, probability: Matrix, columns: Matrix) -> Matrix:
        """Probabilities in the light of both, shape ``(n, k)``."""
        from scipy.special import expit

        return np.asarray(expit(_inputs(probability, columns) @ self.weights), dtype=np.float32)


NOTHING = np.array([0.0, 1.0, 0.0, 0.0, 0.0])  # a source that says nothing leaves the ranker as it is


@dataclass(frozen=True, eq=False)
class Told:
    """What another source says, how it is weighed if that helps, and the account of it."""

    support: Support
    weighing: Weighing | None
    account: Mapping[str, Any]

    @classmethod
    def of(cls, support: Support, found: Candidates, gold: Seeds, ranker: Ranker, *, seed: int = 0) -> Told:
        """Weigh a support by known words, and use it if these are judged better with it.

        Args:
            support: What is said.
            found: Candidates of words that their fits had not seen; those of ``gold`` words tell.
            gold: The known pairs.
            ranker: Judges them alone; where it was trained on them it is too sure, and the support counts for less.
            seed: Halves the words.
        """
        known = found.of_words(gold.words)
        account: dict[str, Any] = {"name": support.name, "pairs": len(support), "words": len(known.words)}
        if len(known.words) < FEWEST or not ranker.reorder:
            return cls(support, None, {**account, "helps": False})
        truth = Examples.of(known, gold).truth
        probability, columns = ranker(known.features), support.columns(known.words, known.rows)
        account |= gain(probability, columns, truth, seed=seed)
        return cls(support, weighed(probability, columns, truth) if account["helps"] else None, account)

    def __call__(self, probability: Matrix, words: Rows, rows: Rows) -> Matrix:
        """The ``probability`` of the candidates ``rows`` of ``words`` by a ranker, weighed; both shapes ``(n, k)``."""
        if self.weighing is None:
            return probability
        return self.weighing(probability, self.support.columns(words, rows))

    @property
    def warnings(self) -> list[str]:
        """Why it has no say, if it has none."""
        if self.weighing is not None:
            return []
        if self.account["words"] < FEWEST:
            found = f"found {self.account['words']} known words to weigh them by, expected {FEWEST}"
            return [f"{self.support.name}: {found}; they have no say"]
        return [f"{self.support.name}: they do not help with held-out words and have no say"]


def weighed(probability: Matrix, columns: Matrix, truth: Truth) -> Weighing:
    """Fit to held-out words, held back towards a source that says nothing.

    Args:
        probability: By the ranker, shape ``(n, k)``.
        columns: Of the support, shape ``(n, k, 3)``.
        truth: Which candidates are right, shape ``(n, k)``.
    """
    inputs = _inputs(probability, columns).reshape(-1, len(NOTHING))
    return Weighing(logistic_regression(inputs, truth.ravel(), NOTHING, PRECISION))


def gain(probability: Matrix, columns: Matrix, truth: Truth, *, seed: int = 0) -> dict[str, Any]:
    """What a support is worth on held-out words, each half judged by weights that the other half taught.

    Returns:
        ``words``, P@1 ``without`` and ``with`` it, and whether it ``helps``: the candidates' likelihood is higher.
    """
    half = np.random.default_rng(seed).permutation(len(truth)) % 2 == 0
    judged = np.zeros(probability.shape, np.float32)
    for seen in (half, ~half):
        judged[~seen] = weighed(probability[seen], columns[seen], truth[seen])(probability[~seen], columns[~seen])
    plain = Weighing(NOTHING)(probability, columns)
    return {
        "words": len(truth),
        "without": round(_precision(plain, truth), 4),
        "with": round(_precision(judged, truth), 4),
        "helps": _likelihood(judged, truth) > _likelihood(plain, truth),
    }


def _precision(probability: Matrix, truth: Truth) -> float:
    return float(truth[np.arange(len(truth)), probability.argmax(axis=1)].mean())


def _likelihood(probability: Matrix, truth: Truth) -> float:
    kept = np.clip(probability, 1e-6, 1 - 1e-6)
    return float(np.log(np.where(truth, kept, 1 - kept)).sum())


def _inputs(probability: Matrix, columns: Matrix) -> NDArray[np.float64]:
    own = log_odds(probability)
    return np.concatenate([np.ones((*own.shape, 1)), own[..., None], columns], axis=-1)
