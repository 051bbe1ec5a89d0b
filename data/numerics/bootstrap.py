"""How far a score, or the difference of two, would move with other test words.

Both resample words: ``interval`` draws them one by one, ``paired_bootstrap`` how often each one comes. This is
one distribution by two sequences of random numbers; published intervals rest on each, so the draws stay as they are.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000  # resamples; round number
LEVEL = 0.95  # share of the resamples that lie between the bounds; the usual one
AT_ONCE = 4_000_000  # drawn words held in memory at a time (32 MB); round number

Numbers = NDArray[np.float64]
Groups = NDArray[np.int64]


class Interval(NamedTuple):
    """A mean and the bounds that hold 95 per cent of the resampled ones."""

    mean: float
    low: float
    high: float


def interval(values: NDArray[Any], groups: Groups | None = None, *, seed: int = 0) -> Interval:
    """The percentile interval of the mean of ``values`` by resampling (Efron, 1979).

    Args:
        values: One for each query, shape ``(n,)``.
        groups: Numbers from 0 of what each query belongs to: whole groups are drawn, because the queries of one word
            rise and fall together. Without them each query is drawn by itself.
        seed: Makes the draws repeat.
    """
    groups = np.arange(len(values)) if groups is None else groups
    total, count = np.bincount(groups, weights=values), np.bincount(groups)
    random = np.random.default_rng(seed)
    rows = max(1, AT_ONCE // len(total))
    means = []
    for start in range(0, DRAWS, rows):
        drawn = random.integers(len(total), size=(min(rows, DRAWS - start), len(total)))
        means.append(total[drawn].sum(axis=1) / count[drawn].sum(axis=1))
    return _interval(float(values.mean()), np.concatenate(means))


def paired_bootstrap(
    scores: Numbers,
    baseline: Numbers,
    words: Groups,
    random: np.random.Generator,
    *,
    strata: Groups | None = None,
    samples: int = DRAWS,
) -> Interval:
    """The mean of ``scores - baseline`` and its interval (Efron and Tibshirani, 1993; Koehn, 2004).

    Args:
        scores: A score for each question, shape ``(questions,)``.
        baseline: The other method's scores of the same questions.
        words: Which word each question is about: words are resampled whole, with all questions about them.
        random: The source of randomness.
        strata: What counts alike however many questions it has, such as the language of each question; words are
            resampled within it.
        samples: How many resamplings.
    """
    difference = scores - baseline
    groups = [slice(None)] if strata is None else [strata == stratum for stratum in np.unique(strata)]
    means = np.mean([_resampled(difference[group], words[group], random, samples) for group in groups], axis=0)
    return _interval(float(np.mean([difference[group].mean() for group in groups])), means)


def _resampled(difference: Numbers, words: Groups, random: np.random.Generator, samples: int) -> Numbers:
    _, group = np.unique(words, return_inverse=True)
    total, count = np.bincount(group, difference), np.bincount(group).astype(np.float64)
    drawn = random.multinomial(len(count), np.full(len(count), 1 / len(count)), size=samples).astype(np.float64)
    means: Numbers = (drawn @ total) / (drawn @ count)
    return means


def _interval(mean: float, means: Numbers) -> Interval:
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(mean, float(low), float(high))
