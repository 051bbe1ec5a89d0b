"""Inflection: what the forms of candidates tell, where inflections of one lemma stand among them.

Dictionaries give lemmas, and inflections of a lemma have nearly the same vector. The ending tells that *собака* is the
translation of *dog*, and *собаки* that of *dogs*. Shares are estimated from the candidates of known pairs; that of a
shorter ending is the prior of that of a longer one (as in interpolated n-gram models; MacKay and Peto, 1995). Words
that begin alike count as one family, so that a lemma with many forms does not lose to a word with one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isogloss.data.numerics.logistic_regression import log_odds
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.index import Rows

LENGTH = 4  # letters of an ending, at most: most suffixes of inflection; round number
SOURCE_LENGTH = 3  # likewise, of a source word
MIN_COUNT = 30  # candidates of known words from which an ending counts; round number
MAX_ENDINGS = 1_000  # most frequent ones of a language: bounds the table of pairs of endings; round number
STRENGTH = 10.0  # candidates that the share of the shorter ending is worth; round number
SHARPNESS = 10.0  # of the softmax over CSLS that a family's share is of; round number
RIVALS = 8  # wrong candidates of a known word that are looked at; round number


@dataclass(frozen=True, eq=False)
class Endings:
    """Log-odds that a candidate is right by its ending.

    Attributes:
        source: Numbers of the source endings; the empty one has 0.
        target: Likewise of target endings.
        alone: By target ending, shape ``(targets,)``.
        paired: By source and target ending, shape ``(sources, targets)``.
    """

    source: dict[str, int]
    target: dict[str, int]
    alone: Matrix
    paired: Matrix

    @classmethod
    def of(cls, source: Sequence[str], target: Sequence[str], pairs: Seeds, candidates: Rows) -> Endings:
        """Count the endings of the known ``pairs`` and of other candidates of their words.

        Args:
            source: The words of the source language, ``n`` of them.
            target: Likewise, ``m``.
            pairs: Known translations.
            candidates: Rows of the candidates of each source word, best first, shape ``(n, k)``.
        """
        wrong = _rivals(pairs, candidates, len(target))
        sources, source_places = _numbered(np.concatenate([pairs.source, wrong.source]), source, SOURCE_LENGTH)
        targets, target_places = _numbered(np.concatenate([pairs.target, wrong.target]), target, LENGTH)
        right = np.arange(len(source_places)) < len(pairs)
        return cls(sources, targets, *_log_odds(sources, targets, source_places, target_places, right))

    def sources(self, words: Sequence[str]) -> NDArray[np.int64]:
        """The number of the longest known ending of each word, shape ``(n,)``."""
        return np.array([_longest(word, self.source, SOURCE_LENGTH) for word in words], np.int64)

    def targets(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Likewise of target words."""
        return np.array([_longest(word, self.target, LENGTH) for word in words], np.int64)


def family_columns(family: NDArray[np.int64], scores: Matrix, width: int) -> Matrix:
    """Of each candidate: the log-share of its family, its CSLS less that of the family's best, and the family's size.

    Args:
        family: The numbers of the candidates' families, shape ``(n, k)``.
        scores: Their CSLS, shape ``(n, k)``.
        width: Families are counted among the first candidates, so many.

    Returns:
        Shape ``(n, k, 3)``; the size as a logarithm.
    """
    same = family[:, :, None] == family[:, None, :width]
    weight = np.exp(SHARPNESS * (scores - scores[:, :width].max(axis=1, keepdims=True)))
    weight /= weight[:, :width].sum(axis=1, keepdims=True)
    share = np.einsum("nkl,nl->nk", same, weight[:, :width])
    best = np.where(same, scores[:, None, :width], -np.inf).max(axis=-1)
    size = np.maximum(same.sum(axis=-1), 1)  # those behind the first may have no family among them
    return np.stack([np.log(np.maximum(share, weight)), np.minimum(scores - best, 0), np.log(size)], axis=-1)


def _rivals(pairs: Seeds, candidates: Rows, targets: int) -> Seeds:
    """The first candidates of the words of ``pairs`` that are no translations."""
    rows = candidates[pairs.words, : 2 * RIVALS]
    words = np.broadcast_to(pairs.words[:, None], rows.shape)
    wrong = ~np.isin(words * targets + rows, pairs.source * targets + pairs.target)
    wrong &= np.cumsum(wrong, axis=1) <= RIVALS
    return Seeds(words[wrong], rows[wrong])


def _numbered(rows: Rows, words: Sequence[str], length: int) -> tuple[dict[str, int], NDArray[np.int64]]:
    """The endings that are frequent among the words at ``rows``, and the number of the longest one of each word."""
    distinct, place, counts = np.unique(rows, return_inverse=True, return_counts=True)
    spelled = [words[row] for row in distinct.tolist()]
    seen: Counter[str] = Counter()
    for word, count in zip(spelled, counts.tolist(), strict=True):
        for size in range(1, min(length, len(word)) + 1):
            seen[word[-size:]] += count
    frequent = sorted(seen, key=lambda ending: (-seen[ending], ending))[:MAX_ENDINGS]
    usual = sorted(ending for ending in frequent if seen[ending] >= MIN_COUNT)
    endings = {"": 0} | {ending: number for number, ending in enumerate(usual, start=1)}
    return endings, np.array([_longest(word, endings, length) for word in spelled], np.int64)[place]


def _longest(word: str, endings: dict[str, int], length: int) -> int:
    return next((endings[word[-size:]] for size in range(length, 0, -1) if word[-size:] in endings), 0)


def _suffixes(endings: dict[str, int], size: int) -> NDArray[np.int64]:
    """The number of the suffix of ``size`` letters of each ending; -1 where it is shorter."""
    numbers = [endings[ending[len(ending) - size :]] if len(ending) >= size else -1 for ending in endings]
    return np.array(numbers, np.int64)


def _log_odds(
    sources: dict[str, int],
    targets: dict[str, int],
    source_places: NDArray[np.int64],
    target_places: NDArray[np.int64],
    right: NDArray[np.bool_],
) -> tuple[Matrix, Matrix]:
    """Interpolated shares of right candidates, as log-odds: by target ending, and by source and target ending."""
    shape = len(sources), len(targets)
    shares = np.full(shape, (right.sum() + 0.5) / (len(right) + 1), np.float32)  # at least something of either
    alone = shares[0]
    for source_size in range(SOURCE_LENGTH + 1):
        source = _suffixes(sources, source_size)
        for target_size in range(1, LENGTH + 1):
            target = _suffixes(targets, target_size)
            place = source[source_places] * shape[1] + target[target_places]
            both_known = (source[source_places] >= 0) & (target[target_places] >= 0)
            every, hits = (
                np.bincount(place[counted], minlength=shape[0] * shape[1]).reshape(shape)[source[:, None], target]
                for counted in (both_known, both_known & right)
            )
            updated = (hits + STRENGTH * shares) / (every + STRENGTH)
            shares = np.where((source >= 0)[:, None] & (target >= 0), updated, shares)
        if source_size == 0:
            alone = shares[0]
    return log_odds(alone).astype(np.float32), log_odds(shares).astype(np.float32)
