import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.reading import read_dictionary, read_vectors, read_with_counts
from isogloss.data.text.cleaning import Cleaning, Vocabulary
from isogloss.data.vectors import VectorFile
from isogloss.data.words import cleaned


def test_vectors_say_where_they_come_from(tmp_path: Path) -> None:
    path = tmp_path / "x.vec"
    path.write_text("1 2\nthe 1 2\n")
    vectors = read_vectors(str(path), "eng", max_vocab=10)
    assert vectors.language == "en"
    assert vectors.file is not None
    assert vectors.file.path == str(path)
    assert vectors.file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (vectors.file.kind, vectors.file.max_vocab, vectors.file.lowercase) == ("text", 10, True)


def test_rows_left_out_are_counted_by_reason(tmp_path: Path) -> None:
    path = tmp_path / "x.vec"
    path.write_text("5 1\nThe 1\nthe 2\nTHE 3\nthe 4\ndog 5\n")
    reading = read_with_counts(path, "en")
    assert (reading.rows, reading.collisions, reading.repeated) == (5, 2, 1)


def test_a_word_list_that_is_not_needed_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.vec").write_text("1 2\nthe 1 2\n")
    (tmp_path / "words").write_text("dog\n")
    vectors = read_vectors(tmp_path / "x.vec", "en", words=tmp_path / "words")
    assert vectors.words == ("the",)
    assert vectors.warnings[0].endswith("words was not used")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="does not exist; expected a file of word vectors, check the path"):
        read_vectors(tmp_path / "none.vec", "en")
    with pytest.raises(FormatError, match="does not exist; expected a dictionary"):
        read_dictionary(tmp_path / "none.txt", "en", "fr")


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="a folder that is not a spaCy model"):
        read_vectors(tmp_path, "en")


def test_a_language_nobody_speaks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match="expected a BCP 47 code"):
        read_vectors(tmp_path, "not a language")


def test_an_unknown_dictionary_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("dog chien\n")
    with pytest.raises(FormatError, match="unknown dictionary format 'exotic', expected one of"):
        read_dictionary(tmp_path / "x", "en", "fr", format="exotic")


def test_an_empty_vocabulary_is_no_vocabulary() -> None:
    with pytest.raises(ValueError, match="at least one word must be kept"):
        Cleaning(max_vocab=0)


@given(st.lists(st.text(min_size=1, max_size=3), max_size=30), st.integers(1, 10))
@example(["\0", "a"], 2)
def test_the_first_of_equal_words_is_kept_in_order(words: list[str], most: int) -> None:
    vocabulary = Vocabulary(Path("x"), cleaning=Cleaning(most))
    kept = vocabulary.admit(words, range(1, len(words) + 1))
    assert vocabulary.words == [word for word in dict.fromkeys(map(cleaned, words)) if word][:most]
    assert [cleaned(words[position]) for position in kept] == vocabulary.words
    assert vocabulary.rows == len(kept) + vocabulary.collisions + vocabulary.repeated + len(vocabulary.wordless)


@pytest.mark.parametrize("forged", [{"max_vocab": {}}, {"reduced_to": -1}, {"words": 1e30}, {"lowercase": "yes"}])
def test_a_reference_to_vectors_with_values_of_other_kinds_is_refused(forged: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(forged))):
        VectorFile("x.vec", "text", "0", **forged)
