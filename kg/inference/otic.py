"""One Time Inverse Consultation (Tanaka and Umemura, 1994): how many translations two words share in a pivot language.

Look a word up in the dictionary into the pivot language, then each candidate the same way from its own side. The more
of the two sets is common, the surer the candidate.
"""

from __future__ import annotations

import numpy as np

from isogloss.kg.inference.paths import Candidates, times
from isogloss.kg.inference.translation_links import Weights


def consult(candidates: Candidates) -> Weights:
    """The score of each candidate, from 0 to 1: ``2·|common| / (|of source| + |of target|)``, Dice's coefficient.

    Where there are several pivot languages, it is that of the best.
    """
    languages, best = candidates.languages, np.zeros(len(candidates))
    between = languages.translations.between
    language = languages.translations.language_groups.of_words(candidates.paths.pivot)
    for pivot in languages.pivots:
        common = candidates.total((language == pivot).astype(np.float64))
        source_fanout = times(between(languages.source, pivot).source, candidates.source)
        target_fanout = times(between(languages.target, pivot).source, candidates.target)
        best = np.maximum(best, 2 * common / np.maximum(source_fanout + target_fanout, 1))
    return best
