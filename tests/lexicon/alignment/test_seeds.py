from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import VocabularyError
from isogloss.data.vectors import VectorFile, Vectors
from isogloss.lexicon.alignment.seeds import MIN_SEED_WORDS, Seeds, facing, identical_strings, without_target

EN = ("the", "dog", "cat", "tree", "house", "water", "radio")
FR = ("le", "chien", "chat", "arbre", "maison", "eau", "radio")


def table(language: str, words: tuple[str, ...], lowercase: bool = True) -> Vectors:
    file = VectorFile(f"{language}.vec", "text", "0" * 64, lowercase=lowercase)
    return Vectors(language, words, np.eye(len(words), dtype=np.float32), file)


def given_pairs(*pairs: tuple[str, str]) -> Dictionary:
    return Dictionary.of("en", "fr", pairs, Origin("given"))


PAIRS = given_pairs(*zip(EN, FR, strict=True), ("dog", "chat"))


def test_pairs_become_rows_of_both_tables() -> None:
    seeds = Seeds.of(PAIRS, table("en", EN), table("fr", FR))
    assert seeds.source.tolist() == [0, 1, 2, 3, 4, 5, 6, 1]
    assert seeds.target.tolist() == [0, 1, 2, 3, 4, 5, 6, 2]
    assert seeds.gold[1] == {1, 2}
    assert len(seeds) == 8
    assert len(seeds.words) == 7


def test_pairs_of_unknown_words_are_left_out() -> None:
    more = given_pairs(*((pair.source, pair.target) for pair in PAIRS), ("dog", "clebs"), ("zyzzyva", "chien"))
    assert len(Seeds.of(more, table("en", EN), table("fr", FR))) == len(PAIRS)


def test_capitals_do_not_matter_where_the_vectors_are_in_lower_case() -> None:
    shouted = given_pairs(*((pair.source.upper(), pair.target.title()) for pair in PAIRS))
    assert len(Seeds.of(shouted, table("en", EN), table("fr", FR))) == len(PAIRS)
    with pytest.raises(VocabularyError, match="found 0 usable seed words of 7"):
        Seeds.of(shouted, table("en", EN, lowercase=False), table("fr", FR, lowercase=False))


def test_each_side_is_found_by_its_own_setting() -> None:
    nouns = tuple(word.capitalize() for word in FR)
    pairs = given_pairs(*((source.upper(), target.capitalize()) for source, target in zip(EN, FR, strict=True)))
    assert len(Seeds.of(pairs, table("en", EN), table("fr", nouns, lowercase=False))) == len(EN)
    made = Vectors("fr", nouns, np.eye(len(nouns), dtype=np.float32))
    assert len(Seeds.of(PAIRS, table("en", EN), made)) == len(PAIRS)


def test_seeds_that_are_turned_round_are_noticed() -> None:
    turned = Dictionary.of("en", "fr", list(zip(FR, EN, strict=True)), Origin("turned"))
    seeds, warnings = facing(turned, table("en", EN), table("fr", FR))
    assert len(Seeds.of(seeds, table("en", EN), table("fr", FR))) == len(EN)
    assert (seeds.source, seeds.target) == ("en", "fr")
    assert warnings is not None
    assert "turned: 1 pairs fit as given, 7 turned round" in warnings
    assert facing(PAIRS, table("en", EN), table("fr", FR)) == (PAIRS, None)


def test_too_few_known_words_are_refused_with_their_count() -> None:
    few = given_pairs(*((pair.source, pair.target) for pair in PAIRS.pairs[: MIN_SEED_WORDS - 1]), ("one", "un"))
    with pytest.raises(VocabularyError, match=r"given: found 4 usable seed words of 5 .* expected at least 5"):
        Seeds.of(few, table("en", EN), table("fr", FR))


def test_words_spelled_alike_are_seeds() -> None:
    alike = identical_strings(table("en", EN), table("fr", FR))
    assert [(pair.source, pair.target) for pair in alike] == [("radio", "radio")]


def test_new_pairs_say_nothing_about_words_that_seeds_know() -> None:
    seeds = Seeds(np.array([1, 2]), np.array([1, 2]))
    grown = seeds.extended_by(Seeds.of_rows(np.array([[1, 5], [6, 2], [3, 4]])))
    assert list(zip(grown.source.tolist(), grown.target.tolist(), strict=True)) == [(1, 1), (2, 2), (3, 4)]


@given(data=st.data(), words=st.integers(5, 700), seed=st.integers(0, 2**32 - 1))
def test_a_held_out_word_is_not_in_its_training_part(data: st.DataObject, words: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    pairs = data.draw(st.integers(words, 2 * words))
    source = np.concatenate([np.arange(words), random.integers(0, words, pairs - words)])
    seeds = Seeds(source, random.integers(0, words, pairs))
    folds = list(seeds.folds(random))
    for train, test in folds:
        assert not set(train.words.tolist()) & set(test.words.tolist())
        assert len(train) + len(test) == len(seeds)
        assert len(test.words) > 0
    held_out = np.concatenate([test.words for _, test in folds])
    assert len(np.unique(held_out)) == len(held_out)
    if words < 500:  # few seeds: each of them judges once
        assert len(held_out) == words
    else:
        assert len(held_out) == words // 5


def test_the_other_direction_has_the_same_pairs() -> None:
    seeds = Seeds(np.array([0, 0, 3]), np.array([1, 2, 2]))
    assert seeds.reversed().gold == {1: {0}, 2: {0, 3}}
    assert seeds.only(np.array([0])).gold == {0: {1, 2}}
    assert seeds.without(np.array([0])).gold == {3: {2}}


def test_words_whose_translations_all_lack_a_vector_are_told_from_those_that_have_one() -> None:
    more = given_pairs(("dog", "clebs"), ("dog", "chien"), ("Tree", "mélèze"), ("water", "flotte"), ("zyzzyva", "eau"))
    assert without_target(more, table("en", EN), table("fr", FR)).tolist() == [3, 5]
