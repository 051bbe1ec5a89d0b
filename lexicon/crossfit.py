"""Every known word judged by a fit that never saw it: what the ranker learns from and what the report quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.progress import Progress, silent
from data.vectors import Matrix
from lexicon.evidence import Evidence
from lexicon.features import Extractor
from lexicon.fit import Fit, Space
from lexicon.methods import Method
from lexicon.ranker import Ranker, adapted, calibrated, calibration_error, train
from lexicon.retrieval import Rows
from lexicon.seeds import Seeds
from lexicon.validation import Validation, gold_ranks, pooled, separation

PLENTY = 3_000  # examples, of which a third tell how precise and how sure a ranker is
RANKED = 1_000  # held-out words of a fold that are ranked among all words for the report
TRUSTED = 50  # known words that calibrate better than any number of found ones

Truth = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Examples:
    """Candidates of words that their fit had not seen: features ``(n, k, f)``, truth ``(n, k)``, words ``(n,)``."""

    words: Rows
    features: Matrix
    truth: Truth

    @classmethod
    def of(cls, extractor: Extractor, gold: Seeds, names: Sequence[str]) -> Examples:
        """The candidates of the words of ``gold`` among ``names``."""
        words = gold.words
        found = extractor.direction.onward.forward
        rows, scores = found.rows[words], found.scores[words]
        asked = extractor.queries(words, [names[word] for word in words.tolist()])
        truth = np.array(
            [
                [row in gold.gold[word] for row in listed]
                for word, listed in zip(words.tolist(), rows.tolist(), strict=True)
            ]
        )
        return cls(words, extractor(asked, rows, scores), truth.reshape(rows.shape))

    @classmethod
    def together(cls, parts: Iterable[Examples]) -> Examples:
        """Several folds as one."""
        parts = list(parts)
        return cls(
            np.concatenate([part.words for part in parts]),
            np.concatenate([part.features for part in parts]),
            np.concatenate([part.truth for part in parts]),
        )


@dataclass(frozen=True, eq=False)
class Crossfit:
    """The examples of all folds in both directions, and how CSLS alone did on them."""

    onward: Examples
    back: Examples
    linear: Validation
    bent: Validation


def crossfit(
    space: Space, method: Method, evidence: Evidence, *, device: str = "cpu", progress: Progress = silent
) -> Crossfit:
    """Hold out the judged words fold by fold and judge them by a fit to the other pairs.

    ``space`` may hold fewer words than ``evidence``; pairs outside it are left aside.
    """
    pairs, gold = (each.within(len(space.x), len(space.y)) for each in (evidence.pairs, evidence.gold))
    folds = list(evidence.folds())
    parts = [
        _fold(space, method, pairs, gold, held_out, device)
        for held_out in progress(folds, "Judging held-out words", len(folds))
    ]
    onward, back, linear, bent = zip(*parts, strict=True)
    return Crossfit(Examples.together(onward), Examples.together(back), pooled(linear), pooled(bent))


def _fold(
    space: Space, method: Method, pairs: Seeds, gold: Seeds, held_out: Rows, device: str
) -> tuple[Examples, Examples, Validation, Validation]:
    known, unknown, test = pairs.without(held_out), pairs.only(held_out), gold.only(held_out)
    some = gold.only(held_out[:RANKED])
    fit = Fit.of(space, method, known)
    way = fit.direction(space, device=device)
    unseen = unknown.reversed().without(known.target)  # a target word that another pair showed is not held out
    apart = separation(way.source, way.target, test)
    return (
        Examples.of(fit.extractor(way, space), unknown, space.source.words),
        Examples.of(fit.extractor_back(way, space), unseen, space.target.words),
        Validation(gold_ranks(way.source, way.target, way.back.target_density, some), apart),
        Validation(gold_ranks(way.bent_source, way.target, way.onward.target_density, some), apart),
    )


@dataclass(frozen=True, eq=False)
class Judged:
    """A ranker, how precise it was on words it had not seen, and how far its probabilities were from the truth."""

    ranker: Ranker
    precision: float
    error: float


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
    return Judged(ranker, float(hits.mean()), calibration_error(chance, truth))


def tuned(start: Ranker, examples: Examples, known: Rows) -> Judged:
    """``start``, learned on other languages, adapted to the ``known`` words and scored on them as it was before."""
    told = np.isin(examples.words, known)
    features, truth = examples.features[told], examples.truth[told]
    if len(truth) == 0:
        return Judged(start, 0.0, 0.0)
    chance = start(features)
    hits = truth[np.arange(len(truth)), chance.argmax(axis=1)]
    return Judged(adapted(start, features, truth), float(hits.mean()), calibration_error(chance, truth))


def _left_out(count: int, seed: int) -> list[NDArray[np.int64]]:
    """Words to leave out, part by part: a third where that makes a good sample, else one half and then the other."""
    order = np.random.default_rng(seed).permutation(count)
    return [order[: count // 3]] if count >= PLENTY else np.array_split(order, 2)
