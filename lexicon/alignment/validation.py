"""How good an alignment is, judged on seeds that it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isogloss.data.errors import AlignmentError
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.csls import density
from isogloss.lexicon.search.index import ExactIndex

CLEAR = 4.0  # standard deviations above chance that count as a finding
CONFIRMED = 2.0  # likewise, of a few words, where something that looks at no seed finds so too
FEW = 30  # held-out words that may be too few to say much, however right they are
LUCK = {1: 0.01, 10: 0.05}  # by first words: how often a translation might be among them by chance, hubs included
HUBS = 5  # times what drawing words from a hat would give, likewise, where there are few of them


@dataclass(frozen=True, eq=False)
class Validation:
    """The ranks that held-out seed words gave their translations, and how far they stand above chance.

    ``ranks`` holds for each held-out word the place of its best gold translation among all target words, from 1.
    ``separation`` counts standard deviations between the similarity of true pairs and of the same words paired
    at random; ``among`` is how many target words there are.
    """

    ranks: NDArray[np.int64]
    separation: float
    among: int

    @property
    def words(self) -> int:
        """Held-out source words."""
        return len(self.ranks)

    @property
    def z_score(self) -> float:
        """Standard deviations above chance: of the separation, or of how many translations come first or near it.

        The separation compares words with one another and cannot say much about ten of them, however right they are.
        """
        return max(self.separation, *(self._above(k, luck) for k, luck in LUCK.items()))

    def _above(self, k: int, luck: float) -> float:
        """Of the words with a gold translation among the first ``k``."""
        from scipy.special import bdtrc, ndtri

        found = int((self.ranks <= k).sum())
        if not found:
            return 0.0
        by_luck = float(bdtrc(found - 1, self.words, min(1.0, max(luck, HUBS * k / self.among))))
        return float(-ndtri(by_luck)) if by_luck < 0.5 else 0.0

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
    """Judge two mapped spaces by seeds they were not fitted to.

    Args:
        x: All source vectors in the shared space, shape ``(n, d)``, unit length.
        y: All target vectors in the shared space, shape ``(m, d)``, unit length.
        held_out: Pairs of rows unknown to the maps.
        device: Where the products are computed.
    """
    crowd = density(y, ExactIndex(x, device=device))
    return Validation(gold_ranks(x, y, crowd, held_out), separation(x, y, held_out), len(y))


def pooled(parts: Sequence[Validation]) -> Validation:
    """Several folds as one; the separations of independent folds add up like their sum over √folds."""
    together = sum(part.separation for part in parts) / len(parts) ** 0.5
    return Validation(np.concatenate([part.ranks for part in parts]), together, parts[0].among)


def gold_ranks(x: Matrix, y: Matrix, crowd: Matrix, gold: Seeds) -> NDArray[np.int64]:
    """The CSLS rank, among all of ``y``, of the best gold translation of each word of ``gold.words``.

    ``crowd``, shape ``(m,)``, is the density of each target word.
    """
    ranks = []
    for start in range(0, len(gold.words), 512):
        words = gold.words[start : start + 512]
        scores = 2 * (x[words] @ y.T) - crowd
        best = np.array([max(row[target] for target in gold.gold[word]) for word, row in zip(words, scores)])  # noqa: B905
        ranks.append((scores > best[:, None]).sum(axis=1) + 1)
    return np.concatenate([np.zeros(0, np.int64), *ranks]).astype(np.int64)


def separation(x: Matrix, y: Matrix, gold: Seeds) -> float:
    """How many standard deviations true pairs lie above the same words paired at random.

    The mean and variance of the sum of similarities under random pairing are exact (Daniels, 1944), so frequency or
    hubness of the words cannot pass for a finding.
    """
    _, first = np.unique(gold.source, return_index=True)
    _, single = np.unique(gold.target[first], return_index=True)  # each word once on either side
    a, b = x[gold.source[first][single]].astype(np.float64), y[gold.target[first][single]].astype(np.float64)
    if len(a) < 3:
        return 0.0
    scores = a @ b.T
    centred = scores - scores.mean(axis=0) - scores.mean(axis=1, keepdims=True) + scores.mean()
    deviation = np.sqrt((centred**2).sum() / (len(a) - 1))
    return float(np.trace(centred) / deviation) if deviation > 0 else 0.0


def require_signal(validation: Validation, source: str, target: str, *, confirmed: bool = False) -> None:
    """Refuse an alignment that found nothing.

    Args:
        validation: Of held-out seeds.
        source: The language, for the message.
        target: Likewise.
        confirmed: Whether the alignment is no matter of chance by what looks at no seed; a few words say less then.

    Raises:
        AlignmentError: Held-out seeds are no closer to their translations than to one another's, nor do translations
            come first or near it.
    """
    clear = CONFIRMED if confirmed and validation.words < FEW else CLEAR
    if not validation.z_score >= clear:
        raise AlignmentError(
            f"{source}-{target}: the alignment is near chance level (z = {validation.z_score:.1f} on "
            f"{validation.words} held-out words, need {clear:.0f}; P@1 {validation.precision():.3f}, P@10 "
            f"{validation.precision(10):.3f}); check that the seeds are translations and that both vector files hold "
            "words of the right languages"
        )
