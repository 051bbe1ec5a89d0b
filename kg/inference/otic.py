"""One Time Inverse Consultation (Tanaka and Umemura, 1994): how many translations two words share in a pivot language.

Look a word up in the dictionary into the pivot language, then each candidate the same way from its own side. The more
of the two sets is common, the surer the candidate.
"""

from __future__ import annotations

import numpy as np

from isogloss.kg.inference.paths import Candidates, language_of, times
from isogloss.kg.inference.translation_links import Numbers, Web, Weights


def consult(web: Web, found: Candidates, here: int, there: int) -> Weights:
    """The score of each candidate, from 0 to 1: ``2·|common| / (|of source| + |of target|)``, Dice's coefficient.

    Where there are several pivot languages, it is that of the best.
    """
    best = np.zeros(len(found))
    language = language_of(found.paths.pivot)
    for pivot in web.pivots(here, there):
        common = found.total((language == pivot).astype(np.float64))
        mine = fanout(web, here, pivot, found.source)
        theirs = fanout(web, there, pivot, found.target)
        best = np.maximum(best, 2 * common / np.maximum(mine + theirs, 1))
    return best


def fanout(web: Web, here: int, there: int, words: Numbers) -> Numbers:
    """How many translations each of some words has into a language."""
    return times(web.links(here, there).source, words)
