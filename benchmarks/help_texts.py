"""Vectors of further languages, trained here on the help of LibreOffice, which Debian has in many languages.

Half a million words a language at most, about computers: small vocabularies and poor vectors, as a new language has.
Paragraphs that are still English are dropped. fastText takes two or three minutes a language in one thread, with which
the same seed gives the same vectors; they are kept beside the other files of ``benchmarks.real_data``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


from benchmarks.real_data import Package, folder, unpacked
from isogloss.data.errors import DownloadError
from isogloss.data.reading import read_vectors
from isogloss.data.storage import replacing
from isogloss.data.vector_training import Recipe, train_vectors
from isogloss.data.vectors import Vectors

VERSION = "4:7.4.7-1+deb12u14"
RECIPE = Recipe(dimensions=100, epochs=15, min_count=5)
HASHES = {
    "en-us": "8faa840285734d6cfe1ed25537b48f07e74bd6412e3917bf8e5f8a653f7b3712",
    "de": "00490b63c509ac96f7f212d6a6e40452d3e0d1f97ccf4b824dd5ec4c01e8277f",
    "es": "9128a84d83d92c8b1c618d90469d16affddb7d1290b09d42a0c5109cb16f0480",
    "eu": "e88eaa5da5d9254a7c9bc1a6ac89d04758380adc044f9a007f666de68ef9aa91",
}
LANGUAGES = ("en", "de", "es", "eu")
BLOCKS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "div", "pre"))
SILENT = frozenset(("script", "style", "head", "header", "aside", "nav"))


@cache
def vectors(language: str, epochs: int = RECIPE.epochs) -> Vectors:
    """The 100-dimensional vectors of English, German, Spanish or Basque from help texts.

    Raises:
        DownloadError: The package cannot be had.
    """
    _check(language)
    name = f"help-{language}-{RECIPE.dimensions}" + (f"-{epochs}" if epochs != RECIPE.epochs else "")
    path = folder() / f"{name}.safetensors"
    if not path.is_file():
        train_vectors(text(language), language, path, recipe=replace(RECIPE, epochs=epochs))
    return read_vectors(path, language, max_vocab=None)


def text(language: str) -> Path:
    """A file of the paragraphs of a language's help, without those that are the same in English.

    Raises:
        DownloadError: There are no help texts of ``language``, or the package cannot be had.
    """
    _check(language)
    path = folder() / f"help-{language}.txt"
    if not path.is_file():
        pages, english = _pages(language), {} if language == "en" else _pages("en")
        kept = (line for name in sorted(pages) for line in _new(pages[name], english.get(name)))
        with replacing(path) as part:
            part.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
    return path


def _check(language: str) -> None:
    if language not in LANGUAGES:
        raise DownloadError(f"found language {language!r}, expected one with help texts: {', '.join(LANGUAGES)}")


def paragraphs(page: str) -> list[str]:
    """The paragraphs of an HTML page, blanks made one."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return [line for piece in reader.pieces if (line := " ".join("".join(piece).split()))]


class _Reader(HTMLParser):
    """Collects text; every block begins a new piece."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[list[str]] = [[]]
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (HTMLParser's)
        self._silent += tag in SILENT
        if tag in BLOCKS:
            self.pieces.append([])

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT
        if tag in BLOCKS:
            self.pieces.append([])

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces[-1].append(data)


def _pages(language: str) -> dict[str, list[str]]:
    code = "en-us" if language == "en" else language
    file = f"libreoffice-help-{code}_{VERSION.replace(':', '%3a')}_all.deb"
    place = unpacked(Package(f"libreoffice-help-{code}", VERSION, file, HASHES[code]))
    (root,) = (place / "usr/share/libreoffice/help").glob("[a-z][a-z]*/text")
    return {str(path.relative_to(root)): paragraphs(path.read_text("utf-8")) for path in root.rglob("*.html")}


def _new(lines: list[str], english: list[str] | None) -> Iterator[str]:
    english_lines = set(english or ())
    return (line for line in dict.fromkeys(lines) if line not in english_lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the vectors of languages, or write their texts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("languages", nargs="*", metavar="LANG", help=f"Some of {', '.join(LANGUAGES)} (default: all).")
    parser.add_argument("--texts", type=Path, metavar="FOLDER", help="Write help.LANG.txt there and train nothing.")
    options = parser.parse_args(arguments)
    try:
        for language in options.languages or LANGUAGES:
            print(vectors(language) if options.texts is None else _copied(language, options.texts))
    except DownloadError as error:
        raise SystemExit(f"error: {error}") from None


def _copied(language: str, place: Path) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(text(language), place / f"help.{language}.txt"))


if __name__ == "__main__":
    main()
