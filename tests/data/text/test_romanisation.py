"""Words in Latin letters."""

from __future__ import annotations

import pytest

from isogloss.data.text.romanisation import romanised, sound_forms


@pytest.mark.parametrize(
    ("word", "latin"),
    [
        ("компьютер", "kompyuter"),
        ("αθήνα", "athina"),
        ("Ёлка", "elka"),
        ("ベルト", "beruto"),
        ("éléphant", "elephant"),
        ("NATO", "nato"),
        ("", ""),
    ],
)
def test_words_of_other_scripts_are_in_latin_letters(word: str, latin: str) -> None:
    assert romanised([word]) == [latin]


def test_han_characters_are_not_read_as_chinese() -> None:
    assert romanised(["食べる", "列車"]) == ["食beru", "列車"]


@pytest.mark.parametrize(
    ("word", "other"),
    [("jakob", "iacob"), ("joseph", "iosef"), ("maxim", "maksim"), ("anna", "ana"), ("washington", "vashington")],
)
def test_letters_for_one_sound_are_one(word: str, other: str) -> None:
    form, same = sound_forms([word, other])
    assert form == same != ""


@pytest.mark.parametrize("word", ["", "a", "12", "c-3"])
def test_what_is_no_word_has_no_sound(word: str) -> None:
    assert sound_forms(["word", word]) == ["vord", ""]


def test_a_line_end_in_a_word_moves_no_other() -> None:
    assert romanised(["да\nнет", "дом"]) == ["da\nnet", "dom"]
    assert romanised([]) == sound_forms([]) == []
    assert sound_forms(["a\nb", "anna"]) == ["", "ana"]
