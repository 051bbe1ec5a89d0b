from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.debian_descriptions import read_descriptions, read_sections
from isogloss.data.errors import FormatError

PACKAGES = """\
Package: stellarium
Version: 1.2-1
Depends: libc6 (>= 2.34),
 libqt5core5a
Description: real-time photo-realistic sky generator
Section: contrib/science
Priority: optional

Package: tuxpaint
Section: graphics

Package: sectionless
Version: 2
"""

FRENCH = """\
Package: stellarium
Description-md5: ee62de66fb5b3319c81294a9100bca29
Description-fr: générateur de ciel
 Stellarium montre le ciel
 comme à l'œil nu.
 .
 \u00a0
 Quelques caractéristiques :
  - des étoiles

Package: stellarium
Description-md5: 00000000000000000000000000000000
Description-fr: une autre version

Package: unknown-package
Description-fr: inconnu
"""

JAPANESE = """\
Package: tuxpaint
Description-md5: ee62de66fb5b3319c81294a9100bca29
Description-ja: 子供のお絵かき
 子供のための絵を描くプログ
 ラムです。
 Tux Paint は
 楽しい。
"""


def test_a_package_has_the_section_without_its_area(tmp_path: Path) -> None:
    (tmp_path / "Packages").write_text(PACKAGES, "utf-8")
    assert read_sections(tmp_path / "Packages") == {"stellarium": "science", "tuxpaint": "graphics"}


def test_a_description_is_one_text_and_a_package_comes_once(tmp_path: Path) -> None:
    (tmp_path / "fr").write_text(FRENCH, "utf-8")
    (text,) = read_descriptions(tmp_path / "fr", "fr", {"stellarium": "science"})
    assert (text.name, text.language, text.label) == ("stellarium", "fr", "science")
    assert text.text == (
        "générateur de ciel Stellarium montre le ciel comme à l'œil nu. Quelques caractéristiques : - des étoiles"
    )


def test_japanese_words_are_not_torn_at_line_ends(tmp_path: Path) -> None:
    (tmp_path / "ja").write_text(JAPANESE, "utf-8")
    (text,) = read_descriptions(tmp_path / "ja", "ja", {"tuxpaint": "graphics"})
    assert text.text == "子供のお絵かき 子供のための絵を描くプログラムです。 Tux Paint は楽しい。"


def test_the_files_may_be_compressed(tmp_path: Path) -> None:
    import gzip

    (tmp_path / "Packages.gz").write_bytes(gzip.compress(PACKAGES.encode()))
    assert len(read_sections(tmp_path / "Packages.gz")) == 2


def test_a_file_of_another_language_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fr").write_text(FRENCH, "utf-8")
    with pytest.raises(FormatError, match="no Description-de of a known package"):
        read_descriptions(tmp_path / "fr", "de", {"stellarium": "science"})


@pytest.mark.parametrize("text", [" a line that goes on with nothing\n", "Package: a\nno field here\n"])
def test_what_is_no_paragraph_is_refused_with_its_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "broken").write_text(text, "utf-8")
    with pytest.raises(FormatError, match=r"broken:[12]: .* expected a line such as Package: NAME"):
        read_sections(tmp_path / "broken")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"Package: a\nSection: caf\xe9 noir\n")
    with pytest.raises(FormatError, match="latin:2"):
        read_sections(tmp_path / "latin")
