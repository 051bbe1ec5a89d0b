"""Scripts of words."""

from __future__ import annotations

from isogloss.data.text.scripts import main_script, script_of_word


def test_the_main_script_is_that_of_most_letters() -> None:
    assert main_script(["и", "на", "iphone", "что", "который"]) == "CYRILLIC"
    assert main_script(["the", "of", "2020", "и"]) == "LATIN"
    assert main_script(["12", "-"]) == ""
    assert main_script([]) == ""


def test_the_script_of_a_word_is_that_of_its_first_letter() -> None:
    words = ["7-Tage", "'нет", "ドイツ", "漢字", "2026", ""]
    assert [script_of_word(word) for word in words] == ["LATIN", "CYRILLIC", "KATAKANA", "CJK", "", ""]
