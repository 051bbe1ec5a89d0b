from __future__ import annotations

import numpy as np

from isogloss.data.text.ngrams import Ngrams
from isogloss.lexicon.ranking.spelling import Spelling

SOURCES = ("nation", "station", "stage", "ration", "action", "water", "bread", "motion", "notion", "house", "lotion")
TARGETS = ("nación", "estación", "etapa", "ración", "acción", "agua", "pan", "moción", "noción", "casa", "loción")


def spelling(pairs: int, *, repeated: int = 1) -> Spelling:
    """Of the first pairs; repeating them under a penalty as many times as large teaches the same."""
    rows = np.tile(np.arange(pairs), repeated)
    return Spelling.of(Ngrams.of(SOURCES), Ngrams.of(TARGETS), (rows, rows), ridge=float(repeated))


def test_letters_of_an_unseen_cognate_agree_better_than_those_of_another_word() -> None:
    learned = spelling(9)
    (right, wrong), *_ = learned.scores(["lotion"], np.array([[10, 9]]))
    assert right > 0.3
    assert right > wrong + 0.3


def test_few_words_are_scored_without_the_map_as_with_it() -> None:
    learned, rows = spelling(9, repeated=20), np.tile(np.arange(11), (3, 1))
    assert learned.factor is not None
    words = ["lotion", "house", "zzz"]  # the last has but its beginning and its end in common
    few = learned.scores(words, rows)
    learned.prepare()
    np.testing.assert_allclose(learned.scores(words, rows), few, atol=1e-5)


def test_few_pairs_teach_the_same_solved_pair_by_pair() -> None:
    few, many = spelling(9), spelling(9, repeated=20)
    assert few.factor is None
    np.testing.assert_allclose(few.map, many.map, atol=1e-4)


def test_namesakes_are_words_spelled_alike_or_else_the_most_frequent_but_for_case_and_accents() -> None:
    grams = Ngrams.of(("rosé", "Rosé", "été", "Été", "cafe", "2026"))
    queries = ["Rosé", "rose", "ROSE", "ete", "CAFÉ", "2026", "hiver", ""]
    assert grams.namesakes(queries).tolist() == [1, 0, 0, 2, 4, 5, -1, -1]


def test_common_ngrams_weigh_less() -> None:
    grams = Ngrams.of(SOURCES)
    assert grams.weight[grams.place["on$"]] < grams.weight[grams.place["st"]]
    np.testing.assert_allclose(np.sqrt(grams.own.multiply(grams.own).sum(axis=1)), 1, rtol=1e-5)


def test_words_of_two_scripts_are_compared_in_latin_letters() -> None:
    rows = (np.arange(2), np.arange(2))
    across = Spelling.of(Ngrams.of(("moment", "action")), Ngrams.of(("момент", "акция")), rows)
    assert across.comparable(["moment"], np.array([0, 1])) == (["moment"], ["moment", "aktsiya"])
    alike = Spelling.of(Ngrams.of(("moment", "café")), Ngrams.of(("Moment", "Café")), rows)
    assert alike.comparable(["café"], np.array([1])) == (["café"], ["Café"])


def test_loan_words_of_another_script_are_found_by_their_sound() -> None:
    grams = Ngrams.of(("ben", "якоб", "бен", "бенн", "дом"))
    assert grams.loan_words(["jacob", "ben", "house", "x"]).tolist() == [1, 2, -1, -1]
    assert Ngrams.of(("house", "jacob")).loan_words(["якоб", "дом"]).tolist() == [1, -1]
