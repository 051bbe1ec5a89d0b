"""One word is one word, however it is typed."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.data.dictionary import Dictionary
from isogloss.data.reading import read_vectors
from isogloss.data.vectors import Vectors
from isogloss.data.words import cleaned, keys_and_spellings, other_spellings, tidy, typed, untidy


@pytest.mark.parametrize(
    ("word", "language", "key"),
    [
        ("IŞIK", "tr", "ışık"),
        ("İSTANBUL", "tr", "istanbul"),
        ("DİYARBAKIR", "tr-TR", "diyarbakır"),
        ("QIZIL", "az", "qızıl"),
        ("ISTANBUL", "en", "istanbul"),
        ("İSTANBUL", "en", "istanbul"),
        ("i\u0307stanbul", "en", "istanbul"),
        ("I\u0307stanbul", "tr", "istanbul"),
        ("ΟΔΟΣ", "el", "οδος"),
        ("οδοσ", "el", "οδος"),
        ("Σ", "el", "σ"),
        ("STRAẞE", "de", "straße"),
        ("I\u0307\u0301", "lt", "i"),
        ("Ą̃žuolas", "lt", "ąžuolas"),
        ("kȕća", "sh", "kuća"),
        ("пе̏так", "sr", "петак"),
        ("gospá", "sl", "gospa"),
        ("l\u2019EAU", "fr", "l'eau"),
        ("п\u02bcять", "uk", "п'ять"),
        ("\ufeffBerlin", "de", "berlin"),
        ("\u00a0\u3000Berlin\u200b\t", "de", "berlin"),
        ("cafe\u0301", "fr", "café"),
        ("New \u00a0 York", "en", "new york"),
        ("замо\u0301к", "ru", "замок"),
        ("МОЛОКО\u0301", "uk", "молоко"),
        ("\u045d", "bg", "\u045d"),
        ("كَلْب", "ar", "كلب"),
        ("شـــكرا", "ar-EG", "شكرا"),
        ("שָׁלוֹם", "he", "שלום"),
        ("ייִדיש", "yi", unicodedata.normalize("NFC", "ייִדיש")),
        ("Fēmina", "la", "femina"),
        ("ābols", "lv", "ābols"),
        ("ĲSLAND", "nl", "ijsland"),
        ("ﬁlm", "en", "film"),
    ],
)
def test_a_word_has_one_key(word: str, language: str, key: str) -> None:
    assert cleaned(word, language) == key


def test_capitals_stay_where_they_tell_words_apart() -> None:
    assert cleaned("\ufeffl\u2019Eau ", "fr", lowercase=False) == "l'Eau"


@given(
    st.text(st.characters() | st.sampled_from("Iiİı\u0307ΣσςẞßSs'’ʼ \u00a0\ufeffаі\u0301\u0308ā\u0304ĳ\u064e")),
    st.sampled_from(["", "tr", "lt", "el", "la", "ar", "sr"]),
)
def test_cleaning_twice_is_cleaning_once(word: str, language: str) -> None:
    for lowercase in (True, False):
        key = cleaned(word, language, lowercase)
        assert cleaned(key, language, lowercase) == key
        assert key == key.strip()
        assert unicodedata.is_normalized("NFC", key)


def test_words_that_need_no_tidying_are_seen_at_once() -> None:
    assert not untidy("dog\0chien\0犬")
    assert untidy("dog\0 chien")


@given(st.lists(st.text(st.characters(blacklist_characters="\0") | st.sampled_from("a \t\u00a0\ufeff"))))
def test_tidy_words_are_told_from_others_at_once(words: list[str]) -> None:
    composed = [unicodedata.normalize("NFC", word) for word in words]
    if not untidy("\0".join(composed)):
        assert list(map(tidy, composed)) == composed


@given(
    st.lists(st.text(st.characters(blacklist_characters="\n") | st.sampled_from("aIİıσΣ’ßéа\u0301āĳ"))),
    st.sampled_from(["", "tr", "la"]),
    st.booleans(),
)
def test_many_words_are_cleaned_as_each_is(words: list[str], language: str, lowercase: bool) -> None:
    keys, spellings = keys_and_spellings(words, language, lowercase)
    assert list(keys) == [cleaned(word, language, lowercase) for word in words]
    assert list(spellings) == [tidy(word) for word in words]


def test_capitals_and_the_swiss_write_ss_for_sharp_s() -> None:
    assert list(other_spellings("strasse", "de")) == ["straße"]
    assert list(other_spellings("straße", "de-CH")) == ["strasse"]
    assert "fußgängerstraße" in other_spellings("fussgängerstrasse", "de")
    assert list(other_spellings("passe", "fr")) == []
    assert (list(other_spellings("oeuvre", "fr")), list(other_spellings("œuvre", "fr"))) == (["œuvre"], ["oeuvre"])


def test_every_apostrophe_is_tried() -> None:
    assert {"l'eau", "l’eau", "lʼeau"} <= set(typed("l’eau"))
    assert typed("eau") == ("eau",)


def written(folder: Path, *words: str) -> Path:
    path = folder / "x.vec"
    rows = "".join(f"{word} {number} 1\n" for number, word in enumerate(words))
    path.write_text(f"{len(words)} 2\n{rows}", "utf-8")
    return path


def test_vectors_keep_the_first_spelling_beside_the_key(tmp_path: Path) -> None:
    vectors = read_vectors(written(tmp_path, "und", "Berlin", "NATO", "berlin", "Und"), "de")
    assert vectors.words == ("und", "berlin", "nato")
    assert vectors.written == ("und", "Berlin", "NATO")
    assert vectors.first(2).written == ("und", "Berlin")


def test_the_cache_keeps_spellings(tmp_path: Path) -> None:
    path = written(tmp_path, *(f"Wort{number}" for number in range(90_000)))
    assert path.stat().st_size > 1_000_000  # smaller files are not cached
    first, again = (read_vectors(path, "de", cache=tmp_path / "cache") for _ in range(2))
    assert again.written[:2] == first.written[:2] == ("Wort0", "Wort1")
    assert again.words[:2] == ("wort0", "wort1")


def test_turkish_vectors_are_put_into_turkish_lower_case(tmp_path: Path) -> None:
    vectors = read_vectors(written(tmp_path, "IŞIK", "İSTANBUL", "ısı"), "tr")
    assert vectors.words == ("ışık", "istanbul", "ısı")
    assert [vectors.find(word) for word in ("ışık", "Işık", "İstanbul", "ISI")] == [0, 0, 1, 2]


@pytest.mark.parametrize("typed", ["straße", "Straße", "STRASSE", "strasse", "STRAẞE"])
def test_sharp_s_is_found_as_capitals_write_it(tmp_path: Path, typed: str) -> None:
    assert read_vectors(written(tmp_path, "Maße", "Straße"), "de").find(typed) == 1


@pytest.mark.parametrize("typed", ["Αθήνα", "αθήνα", "ΑΘΉΝΑ", "ΑΘΗΝΑ"])
def test_greek_capitals_have_no_accents(tmp_path: Path, typed: str) -> None:
    assert read_vectors(written(tmp_path, "και", "Αθήνα"), "el").find(typed) == 1


@pytest.mark.parametrize(
    ("language", "word", "typed"),
    [
        ("el", "μάιος", "ΜΑΪΟΣ"),
        ("el", "προϋπόθεση", "ΠΡΟΫΠΟΘΕΣΗ"),
        ("grc", "ᾠδή", "ΩΙΔΗ"),
        ("fr", "école", "ECOLE"),
        ("fr-CA", "français", "FRANCAIS"),
        ("pt", "são", "SAO"),
        ("it", "città", "CITTA"),
    ],
)
def test_capitals_may_lack_accents(tmp_path: Path, language: str, word: str, typed: str) -> None:
    assert read_vectors(written(tmp_path, "x", word), language).find(typed) == 1


@pytest.mark.parametrize(
    ("language", "word", "typed"), [("es", "año", "ANO"), ("de", "schön", "SCHON"), ("fr", "été", "ete")]
)
def test_other_letters_are_not_found_without_their_marks(tmp_path: Path, language: str, word: str, typed: str) -> None:
    assert read_vectors(written(tmp_path, "x", word), language).find(typed) == -1


def test_words_that_differ_in_sharp_s_stay_two(tmp_path: Path) -> None:
    vectors = read_vectors(written(tmp_path, "Masse", "Maße"), "de")
    assert (vectors.find("Masse"), vectors.find("Maße")) == (0, 1)


def test_capitals_tell_words_apart_where_they_are_kept(tmp_path: Path) -> None:
    vectors = read_vectors(written(tmp_path, "Polish", "polish", "l’Eau"), "en", lowercase=False)
    assert [vectors.find(word) for word in ("Polish", "polish", "POLISH", "l'Eau")] == [0, 1, -1, 2]


def test_vectors_made_in_python_are_found_by_any_case() -> None:
    vectors = Vectors("en", ("Dog", "Cat", "cat"), np.eye(3, dtype=np.float32))
    assert [vectors.find(word) for word in ("Dog", "dog", "DOG", "cat", "Cat")] == [0, 0, 0, 2, 1]


def test_pairs_come_out_as_each_side_has_its_words(tmp_path: Path) -> None:
    (tmp_path / "de").mkdir()
    english = read_vectors(written(tmp_path, "dog", "house"), "en")
    german = read_vectors(written(tmp_path / "de", "Hund", "Haus"), "de", lowercase=False)
    pairs = Dictionary.of("en", "de", [("Dog", "Hund"), ("dog", "Hund"), ("HOUSE", "haus"), ("cat", "Katze")])
    assert [pair[:2] for pair in pairs.within(english, german)] == [("dog", "Hund")]


def test_a_row_whose_word_is_invisible_is_left_out(tmp_path: Path) -> None:
    vectors = read_vectors(written(tmp_path, "\u200b", "dog"), "en")
    assert vectors.words == ("dog",)
    assert "a row without a word; left out" in vectors.warnings[0]
