from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.in_memory import as_dictionary, as_vectors
from isogloss.data.reading import read_vectors
from isogloss.data.vectors import Vectors

WORDS = ["water", "fire", "earth"]
MATRIX = np.eye(3, 4)


class Frame:
    """What is used of a pandas ``DataFrame``."""

    def __init__(self, rows: list[tuple[object, ...]]) -> None:
        self.rows = rows

    def itertuples(self, index: bool = True) -> list[tuple[object, ...]]:
        assert not index
        return self.rows


def test_words_with_an_array_are_vectors() -> None:
    vectors = read_vectors((WORDS, MATRIX), "en")
    assert vectors.words == tuple(WORDS)
    assert vectors.matrix.dtype == np.float32
    assert np.array_equal(vectors["fire"], MATRIX[1])


def test_vectors_are_read_again_as_they_are_written() -> None:
    once = read_vectors((["Berlin", "water", "Paris"], MATRIX), "en")
    again = read_vectors(once, "de")
    assert (again.language, again.words, again.written) == ("de", once.words, once.written)
    assert np.array_equal(again.matrix, once.matrix)


def test_keyed_vectors_of_gensim_are_vectors_and_so_is_a_model_that_holds_them() -> None:
    keyed = SimpleNamespace(index_to_key=WORDS, vectors=MATRIX)
    assert read_vectors(keyed, "en").words == tuple(WORDS)
    assert read_vectors(SimpleNamespace(wv=keyed), "en").words == tuple(WORDS)


def test_words_are_cleaned_as_those_of_a_file() -> None:
    vectors = read_vectors((["Water", "water", "fire", "fire"], np.eye(4)), "en")
    assert vectors.words == ("water", "fire")
    assert "'fire' repeats line 3" in vectors.warnings[0]
    assert read_vectors((["Water", "water"], np.eye(2)), "en", lowercase=False).words == ("Water", "water")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ((WORDS, MATRIX[:2]), "2 rows for 3 words"),
        ((WORDS, MATRIX[0]), "shape (4,)"),
        ((WORDS, [[1.0], [1.0, 2.0], [1.0]]), "array of shape (words, dimensions)"),
        ((MATRIX, WORDS), "not a sequence of strings"),
        ({"water": [1.0]}, "vectors of type dict: pass a path, (words, array)"),
        (7, "vectors of type int: pass a path, (words, array)"),
    ],
)
def test_what_is_no_vectors_is_refused_with_what_to_pass(value: object, message: str) -> None:
    with pytest.raises(FormatError, match=re.escape(message)):
        as_vectors(value, "en")  # type: ignore[arg-type]


def test_vectors_need_a_language() -> None:
    with pytest.raises(VocabularyError, match=r"pass languages=\('en', 'fr'\)"):
        as_vectors((WORDS, MATRIX), None)


@pytest.mark.parametrize(
    "value",
    [
        [("water", "eau"), ("fire", "feu")],
        {"water": "eau", "fire": "feu"},
        {"water": ["eau"], "fire": ("feu",)},
        Frame([("water", "eau", 0.9), ("fire", "feu", 0.8)]),
        Dictionary.of("en", "fr", [("water", "eau"), ("fire", "feu")]),
    ],
    ids=["list", "dict", "dict of lists", "frame", "dictionary"],
)
def test_seeds_come_in_any_shape(value: object) -> None:
    dictionary = as_dictionary(value, "en", "fr")
    assert dict(dictionary.by_source) == {"water": ("eau",), "fire": ("feu",)}


def test_seeds_come_from_a_path(tmp_path: Path) -> None:
    (tmp_path / "seeds.txt").write_text("water eau\nfire feu\n", "utf-8")
    assert as_dictionary(str(tmp_path / "seeds.txt"), "en", "fr")["fire"] == ("feu",)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (7, "dictionary of type int: pass a path, a list of (source, target) pairs"),
        ([("water",)], "('water',) is not a pair of words"),
        ([("water", float("nan"))], "is not a pair of words"),
        ([("water", " ")], "is not a pair of words"),
        (["water"], "'water' is not a pair of words"),
        (Dictionary.of("fr", "en", [("eau", "water")]), "a dictionary from fr to en, expected en to fr"),
    ],
)
def test_what_is_no_dictionary_is_refused_with_what_to_pass(value: object, message: str) -> None:
    with pytest.raises(VocabularyError, match=re.escape(message)):
        as_dictionary(value, "en", "fr")


def test_a_word_has_a_vector_and_similar_words(english: Vectors) -> None:
    assert "water" in english
    assert english["water"].shape == (english.dimensions,)
    similar = english.most_similar("water", k=5)
    assert len(similar) == 5
    assert "water" not in dict(similar)
    assert [cosine for _, cosine in similar] == sorted((cosine for _, cosine in similar), reverse=True)
    assert "WATER" in english
    assert (english["WATER"] == english["water"]).all()
    with pytest.raises(VocabularyError, match="'waterr' has no en vector"):
        english["waterr"]


def test_a_dictionary_answers_and_splits(english_french: Dictionary) -> None:
    word = english_french.pairs[0].source
    assert word in english_french
    assert english_french[word][0] == english_french.pairs[0].target
    assert "no such word" not in english_french
    with pytest.raises(VocabularyError, match="'no such word' is not among the en words"):
        english_french["no such word"]
    train, test = english_french.split(0.25, seed=0)
    assert not set(train.by_source) & set(test.by_source)
    assert len(train) + len(test) == len(english_french)
    assert english_french.split(0.25, seed=0)[1].pairs == test.pairs
    with pytest.raises(ValueError, match="share is 25"):
        english_french.split(25)


def test_vectors_and_dictionaries_show_as_tables(english: Vectors, english_french: Dictionary) -> None:
    assert "<td>the</td>" in english._repr_html_()
    assert "en-fr" in english_french._repr_html_()
