from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.lexicon.evaluation.coverage import Curve, ScoredPrediction
from isogloss.lexicon.evaluation.word_translation import Evaluation, Score, evaluate
from isogloss.lexicon.induction.translator import Translator

WORDS = ("water", "fire", "house", "book", "dog", "sun", "city", "world")


@pytest.fixture(scope="module")
def lists(translator: Translator) -> dict[str, list[str]]:
    """What the translator says of eight words: the gold standard of these tests is made from it."""
    return {
        word: [translation.word for translation in answers] for word, answers in translator.translate(WORDS, 20).items()
    }


def judged(translator: Translator, *pairs: tuple[str, str]) -> Evaluation:
    return evaluate(translator, Dictionary.of("en", "fr", pairs))


def test_scores_follow_from_the_ranks() -> None:
    score = Score.of(np.array([1, 1, 3, 0, 8, 40]))
    assert score.words == 6
    assert score.precision_at_1 == pytest.approx(2 / 6)
    assert score.precision_at_5 == pytest.approx(3 / 6)
    assert score.precision_at_10 == pytest.approx(4 / 6)
    assert score.mean_reciprocal_rank == pytest.approx((1 + 1 + 1 / 3 + 0 + 1 / 8 + 1 / 40) / 6)
    assert math.isnan(Score.of(np.array([], np.int64)).precision_at_1)


def test_any_gold_translation_counts(translator: Translator, lists: dict[str, list[str]]) -> None:
    pairs = [(word, listed[place]) for word, listed in lists.items() for place in (0, 7)]
    score = judged(translator, *pairs).scores["muse"]
    assert (score.words, score.precision_at_1, score.mean_reciprocal_rank) == (8, 1.0, 1.0)


def test_each_pair_is_a_query_of_its_own_by_the_xling_convention(
    translator: Translator, lists: dict[str, list[str]]
) -> None:
    pairs = [(word, listed[place]) for word, listed in lists.items() for place in (0, 7)]
    score = judged(translator, *pairs).scores["xling"]
    assert (score.words, score.precision_at_1, score.precision_at_5, score.precision_at_10) == (16, 0.5, 0.5, 1.0)
    assert score.mean_reciprocal_rank == pytest.approx((1 + 1 / 8) / 2)


def test_the_place_of_the_gold_translation_decides(translator: Translator, lists: dict[str, list[str]]) -> None:
    places = dict(zip(lists, (0, 0, 1, 4, 5, 9, 10, 19), strict=True))
    score = judged(translator, *((word, lists[word][place]) for word, place in places.items())).scores["muse"]
    assert (score.precision_at_1, score.precision_at_5, score.precision_at_10) == (2 / 8, 4 / 8, 6 / 8)
    assert score.mean_reciprocal_rank == pytest.approx(sum(1 / (place + 1) for place in places.values()) / 8)


def test_words_that_cannot_be_judged_are_coverage_for_some_and_errors_for_others(
    translator: Translator, lists: dict[str, list[str]]
) -> None:
    right = [(word, listed[0]) for word, listed in lists.items()]
    evaluation = judged(translator, *right, ("zyzzyva", "eau"), ("water", "zyzzyva"), ("the", "zyzzyva"))
    assert evaluation.coverage == pytest.approx(8 / 10)
    assert (evaluation.scores["muse"].words, evaluation.scores["muse"].precision_at_1) == (8, 1.0)
    assert (evaluation.scores["fasttext"].words, evaluation.scores["fasttext"].precision_at_1) == (10, 0.8)


def test_words_spelled_alike_are_judged_apart(translator: Translator, lists: dict[str, list[str]]) -> None:
    alike = next(word for word in translator.source.words if word in translator.target and word not in lists)
    evaluation = judged(translator, *((word, listed[0]) for word, listed in lists.items()), (alike, alike))
    assert evaluation.scores["identical"].words == 1
    assert evaluation.scores["different"].words == 8
    assert evaluation.scores["different"].precision_at_1 == 1.0


def test_the_interval_holds_the_score_and_narrows_with_more_words() -> None:
    few, many = (Score.of(np.array([1, 1, 0, 1] * times)) for times in (5, 500))
    assert few.interval[0] < 0.75 < few.interval[1]
    assert many.interval[1] - many.interval[0] < 0.06 < few.interval[1] - few.interval[0]
    assert many.interval[0] == pytest.approx(0.75 - 1.96 * (0.75 * 0.25 / 2000) ** 0.5, abs=0.004)


def test_queries_of_one_word_rise_and_fall_together() -> None:
    ranks = np.array([1, 0] * 50).repeat(20)
    alone = Score.of(ranks).interval
    together = Score.of(ranks, np.arange(100).repeat(20)).interval
    assert together[1] - together[0] > 3 * (alone[1] - alone[0])


def test_a_whole_dictionary_is_judged_without_the_words_the_lexicon_was_built_from(
    translator: Translator, lists: dict[str, list[str]]
) -> None:
    seeds = translator.model.pairs
    seed_pairs = [(translator.source.words[seeds.source[0]], translator.target.words[seeds.target[0]])]
    pairs = [(word, listed[0]) for word, listed in lists.items() if word != seed_pairs[0][0]]
    test = Dictionary.of("en", "fr", seed_pairs + pairs)
    assert evaluate(translator, test).scores["full"].words == len(pairs) + 1
    evaluation = evaluate(translator, test, seeds=1).scores
    assert (evaluation["full"].words, evaluation["muse"].words) == (len(pairs), len(pairs) + 1)


def test_parts_of_speech_are_judged_apart_where_the_test_has_them(
    translator: Translator, lists: dict[str, list[str]]
) -> None:
    test = Dictionary.of("en", "fr", [(word, listed[0]) for word, listed in lists.items()])
    tags = {"water": "NOUN", "Fire": "NOUN", "house": "VERB"}
    scores = evaluate(translator, replace(test, parts_of_speech=(tags, {}))).scores
    assert (scores["NOUN"].words, scores["VERB"].words) == (2, 1)


def test_a_higher_threshold_trades_coverage_for_precision() -> None:
    words = [
        [ScoredPrediction(0.9, True), ScoredPrediction(0.4, True), ScoredPrediction(0.1, False)],
        [ScoredPrediction(0.6, False), ScoredPrediction(0.5, True)],
        [ScoredPrediction(0.2, False)],
        [],
    ]
    low, middle, high = Curve.of(words, gold=5, thresholds=(0.0, 0.45, 0.8)).points
    assert (low.coverage, low.precision) == pytest.approx((0.75, 1 / 3))
    assert (low.pair_precision, low.pair_recall) == pytest.approx((3 / 6, 3 / 5))
    assert (middle.coverage, middle.precision) == (0.5, 0.5)
    assert (middle.pair_precision, middle.pair_recall) == pytest.approx((2 / 3, 2 / 5))
    assert (high.coverage, high.precision, high.pair_precision) == (0.25, 1.0, 1.0)
    assert high.f1 == pytest.approx(2 * 0.2 / 1.2)


def test_the_best_point_balances_precision_and_recall() -> None:
    words = [
        [ScoredPrediction(0.9, True), ScoredPrediction(0.3, False)],
        [ScoredPrediction(0.7, True)],
        [ScoredPrediction(0.2, False)],
    ]
    assert Curve.of(words, gold=2, thresholds=(0.0, 0.5, 0.8)).best.threshold == 0.5
    nothing = Curve.of([[ScoredPrediction(0.1, False)]], gold=1, thresholds=(0.5,))
    assert nothing.summary()[0]["precision"] is None


def test_frequency_bands_share_out_the_words(translator: Translator) -> None:
    words = translator.source.words[:20]
    lists = translator.translate(words, 1)
    evaluation = judged(translator, *((word, lists[word][0].word) for word in words))
    assert evaluation.scores["rank 1-1,000"].words == 20
    assert not any(name.startswith("rank 1,001") for name in evaluation.scores)


def test_a_test_of_too_few_known_words_is_refused(translator: Translator) -> None:
    with pytest.raises(VocabularyError, match=r"found 1 test words of 2 .* right order"):
        judged(translator, ("water", "eau"), ("zyzzyva", "eau"))
