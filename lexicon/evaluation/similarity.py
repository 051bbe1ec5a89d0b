"""Cross-lingual word similarity: do cosines in the shared space follow what people say?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from isogloss.data.errors import VocabularyError
from isogloss.data.similarity import Judgement
from isogloss.lexicon.induction.translator import Translator

MIN_PAIRS = 5  # word pairs, at least, for a correlation; round number


@dataclass(frozen=True)
class Similarity:
    """How cosines agree with people's judgements of ``pairs`` word pairs; ``coverage`` is their share of all."""

    pairs: int
    coverage: float
    pearson: float
    spearman: float

    @property
    def harmonic(self) -> float:
        """The harmonic mean of both correlations: the score of SemEval-2017 task 2 (Camacho-Collados et al., 2017)."""
        correlations = self.pearson, self.spearman
        return 2 * correlations[0] * correlations[1] / sum(correlations) if min(correlations) > 0 else 0.0


def word_similarity(translator: Translator, judgements: Sequence[Judgement]) -> Similarity:
    """Correlate the cosines of word pairs with people's scores; pairs without both vectors are left out.

    Raises:
        VocabularyError: Fewer than a handful of pairs have vectors on both sides.
    """
    from scipy.stats import pearsonr, spearmanr

    x = translator.mapped([judgement.source for judgement in judgements])
    y = translator.reversed().mapped([judgement.target for judgement in judgements])
    pairs = [judgement for judgement in judgements if judgement.source in x and judgement.target in y]
    if len(pairs) < MIN_PAIRS:
        raise VocabularyError(
            f"found {len(pairs)} of {len(judgements)} word pairs with vectors on both sides, expected at least "
            f"{MIN_PAIRS}; check that the languages are in the right order"
        )
    cosines = [float(x[judgement.source] @ y[judgement.target]) for judgement in pairs]
    scores = np.array([judgement.score for judgement in pairs])
    pearson, spearman = (float(kind(cosines, scores).statistic) for kind in (pearsonr, spearmanr))
    return Similarity(len(pairs), len(pairs) / len(judgements), pearson, spearman)
