"""What a ranker that other languages taught makes of the few words that are known."""

from __future__ import annotations

import numpy as np
import pytest

from isogloss.data.numerics.calibration import calibration_error
from isogloss.lexicon.alignment.presets import METHODS
from isogloss.lexicon.induction.calibration import ScoredRanker, adapted_ranker, fit_ranker, with_absent_translations
from isogloss.lexicon.induction.crossfit import Examples
from isogloss.lexicon.ranking.features import FEATURES
from isogloss.lexicon.ranking.ranker import Ranker, recalibrated

ONE = {"first.weight": np.eye(1), "first.bias": np.zeros(1), "second.weight": np.eye(1), "second.bias": np.zeros(1)}


def soft() -> Ranker:
    """Its logits are those of the first feature nearly, above zero; it takes them for half of what they are."""
    weights = {**ONE, "last.weight": np.eye(1), "last.bias": np.zeros(1)}
    single = {name: value.astype(np.float32) for name, value in weights.items()}
    return Ranker(FEATURES[:1], True, single, np.zeros(1, np.float32), np.ones(1, np.float32), 0.5, -1.5)


def judged_by(words: int, seed: int = 0) -> Examples:
    """Candidates that are right as often as twice those logits say."""
    random = np.random.default_rng(seed)
    features = np.zeros((words, 10, len(FEATURES)), np.float32)
    features[..., 0] = random.uniform(0, 5, (words, 10))
    truth = random.random((words, 10)) < 1 / (1 + np.exp(-2 * (soft().logits(features) * 0.5 - 1.5)))
    return Examples(np.arange(words), features, truth)


def error(ranker: Ranker, held_out: Examples) -> float:
    return calibration_error(ranker(held_out.features), held_out.truth)


def test_the_more_words_are_known_the_better_they_tell_how_sure_to_be() -> None:
    held_out = judged_by(4_000, 1)
    calibrated = [
        recalibrated(soft(), soft().logits(examples.features), examples.truth)
        for examples in map(judged_by, (300, 6_000))
    ]
    assert error(calibrated[1], held_out) < 0.02 < error(calibrated[0], held_out) < error(soft(), held_out)
    order = soft()(held_out.features).argsort(axis=1)
    assert (calibrated[1](held_out.features).argsort(axis=1) == order).mean() > 0.99


def test_few_known_words_hardly_change_what_other_languages_taught() -> None:
    few = judged_by(3)
    calibrated = recalibrated(soft(), soft().logits(few.features), few.truth)
    assert calibrated.slope == pytest.approx(soft().slope, abs=0.05)
    assert calibrated.offset == pytest.approx(soft().offset, abs=0.1)


def test_the_error_that_is_told_is_that_of_words_not_seen() -> None:
    examples = judged_by(800)
    fit = adapted_ranker(soft(), examples, examples.words, 0)
    half = judged_by(400)
    calibrated = recalibrated(soft(), soft().logits(half.features), half.truth)
    assert fit.words == 800
    assert fit.calibration_error == pytest.approx(error(calibrated, judged_by(4_000, 1)), abs=0.02)
    assert fit.calibration_error < error(soft(), examples) - 0.02


def test_one_known_word_is_no_error() -> None:
    fit = adapted_ranker(soft(), judged_by(5), np.array([3]), 0)
    assert fit.words == 1
    assert adapted_ranker(soft(), judged_by(5), np.array([7]), 0).ranker.slope == soft().slope


def test_a_ranker_that_only_calibrates_learns_from_sixty_words_what_holds_on_others() -> None:
    training, held_out = (by_csls(words, seed) for words, seed in ((60, 0), (2_000, 1)))
    fit = fit_ranker(training, training.words, METHODS["procrustes"], None, 0)
    assert fit.ranker.slope > 0.4, "most of what it says of words it has not seen is kept"
    assert error(fit.ranker, held_out) < 0.03
    probability = fit.ranker(held_out.features)
    sure = probability >= np.sort(probability, axis=None)[-500]
    assert held_out.truth[sure].mean() > 0.6


def by_csls(words: int, seed: int) -> Examples:
    """Candidates that CSLS and its margin tell apart, and other features of no meaning."""
    random = np.random.default_rng(seed)
    features = random.standard_normal((words, 20, len(FEATURES))).astype(np.float32)
    features[..., 0] = -np.sort(-features[..., 0], axis=1)
    features[..., FEATURES.index("log_rank")] = np.log(np.arange(1, 21))
    logit = 2.5 * (features[..., 0] - 1.6)
    return Examples(np.arange(words), features, random.random((words, 20)) < 1 / (1 + np.exp(-logit)))


def test_words_without_a_translation_among_the_vectors_lower_all_probabilities() -> None:
    calibrated = ScoredRanker(
        recalibrated(soft(), soft().logits(judged_by(6_000).features), judged_by(6_000).truth), 0, 0
    )
    given, absent = judged_by(100, 2), judged_by(60, 3).features
    before, after = (
        ranker.ranker(judged_by(500, 1).features)
        for ranker in (calibrated, with_absent_translations(calibrated, given, absent))
    )
    assert (after < before).all()
    assert with_absent_translations(calibrated, given, absent[:0]).ranker.offset == pytest.approx(
        calibrated.ranker.offset, abs=0.2
    )
    nothing = given.first(0)
    assert with_absent_translations(calibrated, nothing, absent[:0]).ranker is calibrated.ranker
    # As many right answers are expected as there are, but for what the prior holds back.
    moved = with_absent_translations(calibrated, given, absent).ranker
    expected = moved(given.features).sum() + moved(absent).sum()
    assert expected == pytest.approx(given.truth.sum(), rel=0.05)
