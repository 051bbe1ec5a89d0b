from __future__ import annotations

import math

import numpy as np
import pytest

from data.dictionary import Dictionary
from data.errors import VocabularyError
from lexicon.evaluation import Evaluation, Score, evaluate
from lexicon.translator import Translator

WORDS = ("water", "fire", "house", "book", "dog", "sun", "city", "world")


@pytest.fixture(scope="module")
def lists(translator: Translator) -> dict[str, list[str]]:
    """What the translator says of eight words: the gold standard of these tests is made from it."""
    return {word: [each.translation for each in found] for word, found in translator.translate(WORDS, 20).items()}


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
    known = [(word, listed[0]) for word, listed in lists.items()]
    found = judged(translator, *known, ("zyzzyva", "eau"), ("water", "zyzzyva"), ("the", "zyzzyva"))
    assert found.coverage == pytest.approx(8 / 10)
    assert (found.scores["muse"].words, found.scores["muse"].precision_at_1) == (8, 1.0)
    assert (found.scores["fasttext"].words, found.scores["fasttext"].precision_at_1) == (10, 0.8)


def test_words_spelled_alike_are_judged_apart(translator: Translator, lists: dict[str, list[str]]) -> None:
    alike = next(word for word in translator.source.words if word in translator.target and word not in lists)
    found = judged(translator, *((word, listed[0]) for word, listed in lists.items()), (alike, alike))
    assert found.scores["identical"].words == 1
    assert found.scores["different"].words == 8
    assert found.scores["different"].precision_at_1 == 1.0


def test_frequency_bands_share_out_the_words(translator: Translator) -> None:
    words = translator.source.words[:20]
    lists = translator.translate(words, 1)
    found = judged(translator, *((word, lists[word][0].translation) for word in words))
    assert found.scores["rank 1-1,000"].words == 20
    assert not any(name.startswith("rank 1,001") for name in found.scores)


def test_a_test_of_too_few_known_words_is_refused(translator: Translator) -> None:
    with pytest.raises(VocabularyError, match=r"found 1 test words of 2 .* right order"):
        judged(translator, ("water", "eau"), ("zyzzyva", "eau"))
