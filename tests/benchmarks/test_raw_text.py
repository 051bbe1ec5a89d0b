"""The judge of ``benchmarks.quality.raw_text``: pairs of two wordnets, and what counts as right."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quality import raw_text
from isogloss.data.errors import DownloadError

ENGLISH = """  1 a line of the licence
04587648 06 n 02 window 0 window_pane 1 001 @ 04105893 n 0000 | a framework
"""
ADJECTIVES = "00013887 00 a 01 abundant(p) 0 000 | present in great quantity\n"
BASQUE = """# Multilingual Central Repository\teus
04587648-n\teus:lemma\tleiho
04587648-n\teus:def\tirekidura bat
00013887-s\teus:lemma\tugari
99999999-n\teus:lemma\tdeus
"""


def test_words_of_one_synset_are_pairs() -> None:
    english = dict(raw_text.english_synsets(ENGLISH.splitlines(), "n"))
    english |= raw_text.english_synsets(ADJECTIVES.splitlines(), "a")
    assert raw_text.joined(english, BASQUE.splitlines()) == [
        ("window", "leiho"),
        ("window pane", "leiho"),
        ("abundant", "ugari"),
    ]


@pytest.mark.parametrize(
    ("word", "right"), [("leiho", True), ("Leihoaren", True), ("leihoan", True), ("leihatila", False), ("lei", False)]
)
def test_a_listed_noun_with_the_ending_of_a_case_is_a_form_of_it(word: str, right: bool) -> None:
    assert raw_text.is_form(word, ["leiho", "ate"]) is right


def test_another_wordnet_than_that_of_the_figures_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wn-data-eus.tab"
    path.write_text(BASQUE, encoding="utf-8")
    with pytest.raises(DownloadError, match="not the one that the figures were measured with"):
        raw_text.wordnet_pairs(path)
