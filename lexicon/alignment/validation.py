"""Validation of an alignment on held-out seeds, and the test against random pairing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isogloss.data.errors import AlignmentError
from isogloss.data.numerics.separation import MIN_Z, separation_of_rows
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.csls import density
from isogloss.lexicon.search.index import ExactIndex

# Chosen by hand: random pairs stay below, and alignments that translate half of the words asked are above, as with
# ``MIN_Z`` (docs/decisions.md; tests/lexicon/alignment/test_validation.py).
MIN_Z_CONFIRMED = 2.0  # z with fewer than FEW_WORDS held-out words, where self-learning is clear by itself
FEW_WORDS = 30  # held-out words
CHANCE_RATE = {1: 0.01, 10: 0.05}  # by k: upper bound on P@k of words paired at random, hubs included (same test)
CHANCE_MARGIN = 5  # times k / targets, the other upper bound, for small vocabularies; chosen by hand


@dataclass(frozen=True, eq=False)
class Validation:
    """The CSLS ranks of gold translations of held-out words, and how far they stand above chance.

    Attributes:
        ranks: The rank of the best gold translation of each held-out word among all target words, from 1,
            shape ``(words,)``.
        separation: Standard deviations between the similarity of true pairs and of the same words paired at random.
        targets: Number of target words.
    """

    ranks: NDArray[np.int64]
    separation: float
    targets: int

    @property
    def words(self) -> int:
        """Number of held-out source words."""
        return len(self.ranks)

    @property
    def z_score(self) -> float:
        """Standard deviations above chance: the largest of ``separation`` and of the binomial tests of P@1 and P@10.

        The separation compares held-out words with one another, so ten of them can be right and it still small.
        """
        return max(self.separation, *(self._binomial_z(k, rate) for k, rate in CHANCE_RATE.items()))

    def _binomial_z(self, k: int, chance_rate: float) -> float:
        """Of the number of words with a gold translation among the first ``k``; 0 where it is no more than chance."""
        from scipy.special import bdtrc, ndtri

        hits = int((self.ranks <= k).sum())
        if not hits:
            return 0.0
        rate = min(1.0, max(chance_rate, CHANCE_MARGIN * k / self.targets))
        p_value = float(bdtrc(hits - 1, self.words, rate))
        return float(-ndtri(p_value)) if p_value < 0.5 else 0.0

    def precision(self, k: int = 1) -> float:
        """The share of words with a gold translation among the first ``k``."""
        return float((self.ranks <= k).mean())

    @property
    def mean_reciprocal_rank(self) -> float:
        """The mean of 1 / rank."""
        return float((1 / self.ranks).mean())

    def summary(self) -> dict[str, float | int]:
        """For a report."""
        return {
            "words": self.words,
            "precision_at_1": round(self.precision(1), 4),
            "precision_at_5": round(self.precision(5), 4),
            "precision_at_10": round(self.precision(10), 4),
            "mean_reciprocal_rank": round(self.mean_reciprocal_rank, 4),
            "separation": round(self.separation, 2),
        }


def validate(x: Matrix, y: Matrix, held_out: Seeds, *, device: str = "cpu") -> Validation:
    """Validate two mapped spaces on seeds they were not fitted to.

    Args:
        x: All source vectors in the shared space, shape ``(n, d)``, unit length.
        y: All target vectors in the shared space, shape ``(m, d)``, unit length.
        held_out: Pairs of rows unknown to the maps.
        device: Where the products are computed.
    """
    target_density = density(y, ExactIndex(x, device=device))
    return Validation(gold_ranks(x, y, target_density, held_out), separation(x, y, held_out), len(y))


def pooled(folds: Sequence[Validation]) -> Validation:
    """Several folds as one; z-scores of independent folds combine to their sum over √folds (Stouffer et al., 1949)."""
    combined = sum(fold.separation for fold in folds) / len(folds) ** 0.5
    return Validation(np.concatenate([fold.ranks for fold in folds]), combined, folds[0].targets)


def gold_ranks(x: Matrix, y: Matrix, target_density: Matrix, gold: Seeds) -> NDArray[np.int64]:
    """The CSLS rank, among all of ``y``, of the best gold translation of each word of ``gold.words``.

    ``target_density``, shape ``(m,)``, is the mean similarity of each target word to its nearest source words.
    """
    ranks = []
    for start in range(0, len(gold.words), 512):
        words = gold.words[start : start + 512]
        scores = 2 * (x[words] @ y.T) - target_density
        best = np.array([max(row[target] for target in gold.gold[word]) for word, row in zip(words, scores)])  # noqa: B905
        ranks.append((scores > best[:, None]).sum(axis=1) + 1)
    return np.concatenate([np.zeros(0, np.int64), *ranks]).astype(np.int64)


def separation(x: Matrix, y: Matrix, gold: Seeds) -> float:
    """How many standard deviations true pairs lie above the same words paired at random (``separation_of_rows``)."""
    _, first = np.unique(gold.source, return_index=True)
    _, single = np.unique(gold.target[first], return_index=True)  # each word once on either side
    return separation_of_rows(x[gold.source[first][single]], y[gold.target[first][single]])


def require_different(*sides: Vectors) -> None:
    """Refuse vectors that are all the same.

    Raises:
        AlignmentError: Those of a language are.
    """
    for side in sides:
        if (side.matrix == side.matrix[:1]).all():
            raise AlignmentError(
                f"all {len(side):,} {side.language} words have the same vector, so nothing tells them apart; inspect "
                "the file with 'isogloss data info'"
            )


def require_signal(validation: Validation, source: str, target: str, *, confirmed: bool = False) -> None:
    """Refuse an alignment that is not clearly better than chance.

    Args:
        validation: Of held-out seeds.
        source: The language, for the message.
        target: Likewise.
        confirmed: Whether a statistic that uses no seed says that the alignment is above chance level; few held-out
            words need less then.

    Raises:
        AlignmentError: The z-score of the held-out seeds is below the limit.
    """
    min_z = MIN_Z_CONFIRMED if confirmed and validation.words < FEW_WORDS else MIN_Z
    if not validation.z_score >= min_z:
        raise AlignmentError(
            f"{source}-{target}: the alignment is near chance level (z = {validation.z_score:.1f} on "
            f"{validation.words} held-out words, need {min_z:.0f}; P@1 {validation.precision():.3f}, P@10 "
            f"{validation.precision(10):.3f}); check that the seeds are translations and that both vector files hold "
            "words of the right languages"
        )
