"""Rankers of a language pair, calibrated and scored on held-out words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isogloss.data.numerics.calibration import Bin, calibration_error, reliability
from isogloss.data.numerics.logistic_regression import CERTAIN, logistic_regression
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.presets import Method
from isogloss.lexicon.induction.crossfit import Examples, Truth
from isogloss.lexicon.ranking.combination import crossfitted, fitted, gain, gain_elsewhere
from isogloss.lexicon.ranking.features import FEATURES, GEOMETRY, OF_PAIR, PLAIN
from isogloss.lexicon.ranking.ranker import IDENTITY_LINE, Ranker, calibrated, recalibrated, with_domain_statistics
from isogloss.lexicon.ranking.training import CALIBRATING, DEFAULT_TRAINING, adapted, train
from isogloss.lexicon.search.index import Rows

MANY = 3_000  # examples, of which a third is held out to calibrate and to score; fewer are halved. Chosen by hand
MIN_ASKED = 20  # held-out words on which an encoder is weighed, at least; round number
MIN_GIVEN = 5  # words of the user's own seeds that decide on an encoder, at least; round number
SHIFT_PRECISION = 4.0  # of the prior of a shift of log-odds: languages differ by about half a unit; round number
FIXED = 1e9  # precision of a weight that stays as it is
MIN_GOLD = 50  # gold words that are calibrated and scored on without self-learned ones; chosen by hand, not tuned


@dataclass(frozen=True, eq=False)
class ScoredRanker:
    """A ranker, with precision at 1, expected calibration error and reliability bins on ``words`` held-out words.

    ``second_opinion`` says what an encoder gains on them; empty without one.
    """

    ranker: Ranker
    precision: float
    calibration_error: float
    words: int = 0
    reliability: tuple[Bin, ...] = ()
    second_opinion: Mapping[str, Any] = field(default_factory=dict)


def fit_ranker(
    examples: Examples,
    gold: Rows,
    method: Method,
    pretrained: Ranker | None,
    seed: int,
    *,
    background: Matrix | None = None,
    given: Rows | None = None,
) -> ScoredRanker:
    """The ranker that ``method`` asks for: it only calibrates CSLS, or is trained on the pair, or adapted to it.

    A ``pretrained`` one adapts to the ``gold`` words only: self-learned pairs show what cosines know already.

    Args:
        examples: Candidates of held-out words.
        gold: Source words whose translations are known, as rows.
        method: Whether candidates are reranked, and whether by spelling.
        pretrained: A ranker trained on other languages.
        seed: Makes the training repeat.
        background: Features of more candidates, shape ``(n, k, f)``, to whose mean and spread a pre-trained ranker is
            relative; by default the examples'.
        given: Of the ``gold`` words those of the user's seeds, where most are names of things: they decide whether an
            encoder helps a pre-trained ranker.
    """
    if not method.reranked:
        return trained_ranker(examples, gold, PLAIN, reorder=False, seed=seed)
    if pretrained is not None:
        return adapted_ranker(
            with_domain_statistics(pretrained, examples.features if background is None else background),
            examples,
            gold,
            seed,
            given,
        )
    return trained_ranker(examples, gold, OF_PAIR if method.spelling else GEOMETRY, reorder=True, seed=seed)


def uncalibrated_ranker(pretrained: Ranker, examples: Examples, gold: Rows, background: Matrix) -> Ranker:
    """The pre-trained ranker of ``fit_ranker`` with its own calibration; the order of candidates is the same.

    Args:
        pretrained: A ranker trained on other languages.
        examples: Candidates of held-out words.
        gold: Source words whose translations are known, as rows.
        background: Features of all candidates, shape ``(n, k, len(FEATURES))``, to whose mean and spread it is
            relative.
    """
    labelled = np.isin(examples.words, gold)
    features, truth = examples.features[labelled], examples.truth[labelled]
    start = with_domain_statistics(pretrained, background)
    ranker, _, _ = _with_second_opinion(adapted(start, features, truth), start(features), features, truth, 0)
    return ranker


def trained_ranker(examples: Examples, gold: Rows, names: tuple[str, ...], *, reorder: bool, seed: int) -> ScoredRanker:
    """Train a ranker on all examples; calibrate and score it by rankers that each left out a part of the words.

    Where there are enough ``gold`` words, only these count for calibration and score, not self-learned ones.
    """
    count = len(examples.truth)
    options: Any = {"reorder": reorder, "seed": seed, "training": DEFAULT_TRAINING if reorder else CALIBRATING}
    logits = np.zeros(examples.truth.shape, np.float32)
    predicted = np.zeros(count, bool)
    for held_out in _held_out(count, seed):
        training_rows = np.setdiff1d(np.arange(count), held_out)
        part = train(examples.features[training_rows], examples.truth[training_rows], names, **options)
        logits[held_out] = part.logits(examples.features[held_out])
        predicted[held_out] = True
    uncalibrated = train(examples.features, examples.truth, names, **options)
    labelled = predicted & np.isin(examples.words, gold)
    counted = labelled if labelled.sum() >= MIN_GOLD else predicted
    logits, truth = logits[counted], examples.truth[counted]
    ranker = calibrated(uncalibrated, logits, truth)
    probability = 1 / (1 + np.exp(-(ranker.slope * logits + ranker.offset)))
    opinion: Mapping[str, Any] = {}
    if reorder:
        ranker, probability, opinion = _with_second_opinion(
            ranker, probability, examples.features[counted], truth, seed
        )
    first = probability.argmax(axis=1) if reorder else np.zeros(len(probability), np.int64)
    hits = truth[np.arange(len(first)), first]
    return _scored(ranker, hits, probability, truth, opinion)


def adapted_ranker(start: Ranker, examples: Examples, gold: Rows, seed: int, given: Rows | None = None) -> ScoredRanker:
    """``start``, trained on other languages, adapted to the ``gold`` words and scored on them before it was adapted.

    Its calibration for the score is cross-fitted: each half of the words by the other. ``given`` words decide on an
    encoder.
    """
    labelled = np.isin(examples.words, gold)
    features, truth = examples.features[labelled], examples.truth[labelled]
    if len(truth) == 0:
        return ScoredRanker(start, 0.0, 0.0)
    logits = start.logits(features)
    probability = start(features)
    for half in np.array_split(np.random.default_rng(seed).permutation(len(truth)), 2) if len(truth) > 1 else ():
        other_half = np.setdiff1d(np.arange(len(truth)), half)
        probability[half] = recalibrated(start, logits[other_half], truth[other_half])(features[half])
    hits = truth[np.arange(len(truth)), logits.argmax(axis=1)]
    ranker = adapted(recalibrated(start, logits, truth), features, truth)
    deciding = None if given is None or len(given) == 0 else np.isin(examples.words[labelled], given)
    ranker, probability, opinion = _with_second_opinion(ranker, probability, features, truth, seed, deciding)
    if ranker.second_opinion is not None:
        hits = truth[np.arange(len(truth)), probability.argmax(axis=1)]
    return _scored(ranker, hits, probability, truth, opinion)


def with_absent_translations(scored: ScoredRanker, given: Examples, unanswerable: Matrix) -> ScoredRanker:
    """``scored`` with the log-odds of all candidates moved so that words whose translation has no vector count, too.

    A pre-trained ranker is calibrated on words that have an answer, and on names of things. What share of the words
    that a user gives have none is the only evidence of how many others have none.

    Args:
        scored: An adapted ranker.
        given: Examples of the seeds that the user gave.
        unanswerable: Features of the candidates, all wrong, of those without a translation among the vectors, shape
            ``(n, k, f)``.
    """
    features = np.concatenate([given.features, unanswerable])
    if len(features) == 0:
        return scored
    truth = np.concatenate([given.truth, np.zeros(unanswerable.shape[:2], bool)])
    likely = np.clip(scored.ranker(features).ravel().astype(np.float64), CERTAIN, 1 - CERTAIN)
    inputs = np.stack([np.log(likely / (1 - likely)), np.ones(likely.size)], axis=1)
    _, shift = logistic_regression(inputs, truth.ravel(), IDENTITY_LINE, np.array([FIXED, SHIFT_PRECISION]))
    return replace(scored, ranker=replace(scored.ranker, offset=scored.ranker.offset + float(shift)))


def _with_second_opinion(
    ranker: Ranker, probability: Matrix, features: Matrix, truth: Truth, seed: int, deciding: Truth | None = None
) -> tuple[Ranker, Matrix, Mapping[str, Any]]:
    """``ranker`` with what an encoder says, if the held-out candidates are more likely so, and what that gains.

    Args:
        ranker: Trained on the words or not; it is ``probability`` that the encoder is weighed beside.
        probability: Of the candidates, by rankers that have not seen their words, shape ``(n, k)``.
        features: Of the candidates, with the columns of the encoder behind ``FEATURES`` if there is one.
        truth: Which candidates are right, shape ``(n, k)``.
        seed: Halves the words.
        deciding: Which words decide, if they are not all, shape ``(n,)``.

    Returns:
        The ranker; probabilities of the same candidates, cross-fitted; the account, empty without an encoder.
    """
    columns = features[..., len(FEATURES) :]
    if columns.shape[-1] == 0:
        return ranker, probability, {}
    if len(truth) < MIN_ASKED:
        return ranker, probability, {"words": len(truth), "helps": False}
    if deciding is None or (~deciding).sum() < MIN_ASKED:
        account = gain(probability, columns, truth, seed=seed)
    elif (few := int(deciding.sum())) < MIN_GIVEN:
        reason = f"it is decided on held-out words of the seeds, of which there are {few}; {MIN_GIVEN} are needed"
        return ranker, probability, {"words": few, "helps": False, "reason": reason}
    else:
        account = gain_elsewhere(probability, columns, truth, deciding)
    if not account["helps"]:
        return ranker, probability, account
    opinion = fitted(probability, columns, truth)
    return replace(ranker, second_opinion=opinion), crossfitted(probability, columns, truth, seed=seed), account


def _scored(ranker: Ranker, hits: Truth, probability: Matrix, truth: Truth, opinion: Mapping[str, Any]) -> ScoredRanker:
    bins = tuple(reliability(probability, truth))
    error = calibration_error(probability, truth)
    return ScoredRanker(ranker, float(hits.mean()), error, len(truth), bins, opinion)


def _held_out(count: int, seed: int) -> list[NDArray[np.int64]]:
    """Words to leave out, part by part: a third where that makes a good sample, else one half and then the other."""
    order = np.random.default_rng(seed).permutation(count)
    return [order[: count // 3]] if count >= MANY else np.array_split(order, 2)
