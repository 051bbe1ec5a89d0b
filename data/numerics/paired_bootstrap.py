"""How sure a difference between two methods is, judged on the same words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Interval(NamedTuple):
    """A mean difference and the bounds that hold ``confidence`` of the resampled ones."""

    mean: float
    low: float
    high: float


def paired_bootstrap(
    ours: NDArray[np.float64],
    theirs: NDArray[np.float64],
    words: NDArray[np.int64],
    random: np.random.Generator,
    *,
    strata: NDArray[np.int64] | None = None,
    samples: int = 1000,
    confidence: float = 0.95,
) -> Interval:
    """The mean of ``ours - theirs`` and its interval (Efron and Tibshirani, 1993; Koehn, 2004).

    Args:
        ours: A score for each question, shape ``(questions,)``.
        theirs: The other method's scores of the same questions.
        words: Which word each question is about: words are resampled whole, with all questions about them.
        random: The source of randomness.
        strata: What counts alike however many questions it has, such as the language of each question; words are
            resampled within it.
        samples: How many resamplings.
        confidence: The share of them between the bounds.
    """
    difference = ours - theirs
    groups = [slice(None)] if strata is None else [strata == each for each in np.unique(strata)]
    means = np.mean([_resampled(difference[each], words[each], random, samples) for each in groups], axis=0)
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(np.mean([difference[each].mean() for each in groups])), float(low), float(high))


def _resampled(
    difference: NDArray[np.float64], words: NDArray[np.int64], random: np.random.Generator, samples: int
) -> NDArray[np.float64]:
    _, group = np.unique(words, return_inverse=True)
    total, count = np.bincount(group, difference), np.bincount(group).astype(np.float64)
    drawn = random.multinomial(len(count), np.full(len(count), 1 / len(count)), size=samples).astype(np.float64)
    found: NDArray[np.float64] = (drawn @ total) / (drawn @ count)
    return found
