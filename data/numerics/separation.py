"""How clearly similarities tell true pairs from the same words paired at random."""

from __future__ import annotations

import numpy as np

from isogloss.data.numerics.normalisation import Matrix

MIN_Z = 4.0  # standard deviations above chance that count as clear; chosen by hand (docs/decisions.md)
MIN_PAIRS = 3  # with fewer there is no deviation to speak of


def separation_of_rows(a: Matrix, b: Matrix) -> float:
    """How many standard deviations true pairs lie above the same words paired at random.

    The mean and variance of the sum of similarities under random pairing are exact (Daniels, 1944), so frequency or
    hubness of the words cannot pass for a finding.

    Args:
        a: Vectors of the one language, shape ``(n, d)``, each word once.
        b: Those of their translations, shape ``(n, d)``, each word once.
    """
    if len(a) < MIN_PAIRS:
        return 0.0
    scores = a.astype(np.float64) @ b.astype(np.float64).T
    centred = scores - scores.mean(axis=0) - scores.mean(axis=1, keepdims=True) + scores.mean()
    deviation = np.sqrt((centred**2).sum() / (len(a) - 1))
    return float(np.trace(centred) / deviation) if deviation > 0 else 0.0
