"""Rankers for a pair of languages, each with what it is worth on words that it had not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isogloss.data.numerics.calibration import calibration_error
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.presets import Method
from isogloss.lexicon.induction.crossfit import Examples
from isogloss.lexicon.ranking.features import FEATURES, GEOMETRY, PLAIN
from isogloss.lexicon.ranking.ranker import (
    Ranker,
    adapted,
    calibrated,
    recalibrated,
    train,
    with_domain_statistics,
)
from isogloss.lexicon.search.index import Rows

PLENTY = 3_000  # examples, of which a third tell how precise and how sure a ranker is
TRUSTED = 50  # known words that calibrate better than any number of found ones


@dataclass(frozen=True, eq=False)
class Judged:
    """A ranker, how precise it was on words it had not seen, and how far its probabilities were from the truth."""

    ranker: Ranker
    precision: float
    error: float
    words: int = 0  # that it was scored on


def verdict(
    examples: Examples, known: Rows, method: Method, taught: Ranker | None, seed: int, *, met: Matrix | None = None
) -> Judged:
    """Probabilities for all methods; a new order of the candidates where the method asks for it.

    A ranker ``taught`` by other languages adapts to the ``known`` words; words whose translation self-learning found
    teach it nothing, for they show what cosines know already.

    Args:
        examples: Candidates of words that their fit had not seen.
        known: The words whose translations are known and not found.
        method: What is asked for.
        taught: A ranker to begin with.
        seed: Makes the training repeat.
        met: Features of more candidates, from which a relative ranker takes what is usual; by default the examples'.
    """
    if not method.reranked:
        return judged(examples, known, PLAIN, reorder=False, seed=seed)
    if taught is not None:
        return tuned(with_domain_statistics(taught, examples.features if met is None else met), examples, known, seed)
    return judged(examples, known, FEATURES if method.spelling else GEOMETRY, reorder=True, seed=seed)


def followed(taught: Ranker, examples: Examples, known: Rows, met: Matrix) -> Ranker:
    """The ranker of ``verdict`` as sure as other languages taught it to be; the order of candidates is the same.

    Args:
        taught: A ranker of other languages.
        examples: Candidates of words that their fit had not seen.
        known: The words whose translations are known.
        met: Features of all candidates, shape ``(n, k, len(FEATURES))``, from which it takes what is usual.
    """
    told = np.isin(examples.words, known)
    return adapted(with_domain_statistics(taught, met), examples.features[told], examples.truth[told])


def judged(examples: Examples, known: Rows, names: tuple[str, ...], *, reorder: bool, seed: int) -> Judged:
    """Train a ranker on all examples; calibrate and score it by rankers that each left out a part of the words.

    Where there are enough of them, only the ``known`` words count for calibration and score, and not the words whose
    translation was found by self-learning.
    """
    count = len(examples.truth)
    logits = np.zeros(examples.truth.shape, np.float32)
    unseen = np.zeros(count, bool)
    for held_out in _left_out(count, seed):
        rest = np.setdiff1d(np.arange(count), held_out)
        blind = train(examples.features[rest], examples.truth[rest], names, reorder=reorder, seed=seed)
        logits[held_out] = blind.logits(examples.features[held_out])
        unseen[held_out] = True
    whole = train(examples.features, examples.truth, names, reorder=reorder, seed=seed)
    trusted = unseen & np.isin(examples.words, known)
    counted = trusted if trusted.sum() >= TRUSTED else unseen
    logits, truth = logits[counted], examples.truth[counted]
    ranker = calibrated(whole, logits, truth)
    chance = 1 / (1 + np.exp(-(ranker.slope * logits + ranker.offset)))
    first = chance.argmax(axis=1) if reorder else np.zeros(len(chance), np.int64)
    hits = truth[np.arange(len(first)), first]
    return Judged(ranker, float(hits.mean()), calibration_error(chance, truth), len(truth))


def tuned(start: Ranker, examples: Examples, known: Rows, seed: int) -> Judged:
    """``start``, learned on other languages, adapted to the ``known`` words and scored on them as it was before.

    Its calibration goes by the same words: two halves tell how sure it may be of each other.
    """
    told = np.isin(examples.words, known)
    features, truth = examples.features[told], examples.truth[told]
    if len(truth) == 0:
        return Judged(start, 0.0, 0.0)
    logits = start.logits(features)
    chance = start(features)
    for half in np.array_split(np.random.default_rng(seed).permutation(len(truth)), 2) if len(truth) > 1 else ():
        other = np.setdiff1d(np.arange(len(truth)), half)
        chance[half] = recalibrated(start, logits[other], truth[other])(features[half])
    hits = truth[np.arange(len(truth)), logits.argmax(axis=1)]
    found = adapted(recalibrated(start, logits, truth), features, truth)
    return Judged(found, float(hits.mean()), calibration_error(chance, truth), len(truth))


def _left_out(count: int, seed: int) -> list[NDArray[np.int64]]:
    """Words to leave out, part by part: a third where that makes a good sample, else one half and then the other."""
    order = np.random.default_rng(seed).permutation(count)
    return [order[: count // 3]] if count >= PLENTY else np.array_split(order, 2)
