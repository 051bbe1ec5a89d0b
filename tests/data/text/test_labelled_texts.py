from __future__ import annotations

from pathlib import Path

import pytest

from isogloss.data.errors import FormatError
from isogloss.data.sample import sample_vectors
from isogloss.data.text.labelled_texts import Text, read_texts
from isogloss.data.text.segmentation import Segmenter


def test_labelled_texts_are_read_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "texts.tsv").write_text("sport\tA match\n\ncooking\tA soup\twith salt\r\n", "utf-8")
    first, second = read_texts(tmp_path / "texts.tsv", "eng")
    assert first == Text(f"{tmp_path / 'texts.tsv'}:1", "en", "sport", "A match")
    assert (second.label, second.text) == ("cooking", "A soup\twith salt")


@pytest.mark.parametrize("line", [b"no tab here", b"\tno label", b"no text\t ", b"label\tcaf\xe9"])
def test_a_line_that_is_no_labelled_text_is_refused_with_its_number(line: bytes, tmp_path: Path) -> None:
    (tmp_path / "texts.tsv").write_bytes(b"sport\tA match\n" + line + b"\n")
    with pytest.raises(FormatError, match=r"texts\.tsv:2"):
        read_texts(tmp_path / "texts.tsv", "en")


def test_a_file_without_texts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "texts.tsv").write_text("\n\n", "utf-8")
    with pytest.raises(FormatError, match="no text"):
        read_texts(tmp_path / "texts.tsv", "en")


def test_words_between_blanks_are_words_whatever_the_vocabulary() -> None:
    assert Segmenter(()).words("L'été, c'est l’AMOUR (42)!") == ["l'été", "c'est", "l'amour", "42"]


def test_japanese_is_split_into_the_likeliest_known_words() -> None:
    assert Segmenter(("の", "東京", "都", "東", "京都", "大学")).words("東京都の大学") == ["東京", "都", "の", "大学"]
    assert Segmenter(("の", "は")).words("猫の Linux は猫") == ["猫", "の", "linux", "は", "猫"]


def test_the_bundled_japanese_words_are_found_in_running_text() -> None:
    japanese = sample_vectors("ja")
    words = Segmenter(japanese.words).words("音楽と水")
    assert "音楽" in words
    assert "水" in words
    assert "".join(words) == "音楽と水"
