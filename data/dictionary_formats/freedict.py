"""FreeDict dictionaries: the DICT pair ``.index`` and ``.dict.dz`` that distributions ship, and TEI sources."""

from __future__ import annotations

from pathlib import Path

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats import tei
from isogloss.data.dictionary_formats.dictd import ABOUT, articles, index_of, indexes
from isogloss.data.dictionary_formats.dictd_articles import Articles
from isogloss.data.dictionary_formats.file_names import languages_named
from isogloss.data.dictionary_formats.licences import spdx
from isogloss.data.dictionary_formats.terms import MAX_ARTICLE, Collection
from isogloss.data.errors import FormatError

_INFO = ("00databaseshort", "00databaseinfo", "00databaseurl")


def matches(path: Path) -> bool:
    """Whether ``path`` is one of the DICT files, a folder with one pair of them, or a TEI file."""
    if path.is_dir():
        return len(indexes(path)) == 1
    if path.name.endswith((".index", ".dict", ".dict.dz")):
        return index_of(path).is_file()
    return tei.matches(path)


def read(path: Path, source: str, target: str) -> Dictionary:
    """The translations of ``path``; turned round where its name says that it goes the other way.

    Raises:
        FormatError: A file is missing or damaged; the message names the line of the index.
    """
    if not tei.matches(path):
        path = indexes(path)[0] if path.is_dir() and len(indexes(path)) == 1 else index_of(path)
    turned = languages_named(path) == (target, source) != (source, target)
    src, dst = (target, source) if turned else (source, target)
    collection, origin = tei.collected(path, dst) if tei.matches(path) else _read_dict(path, dst)
    if not collection:
        raise FormatError.at(path, None, "no translation", "entries with a headword and its translations")
    read = collection.dictionary(src, dst, origin)
    return read.reversed() if turned else read


def _read_dict(index: Path, language: str) -> tuple[Collection, Origin]:
    about: dict[str, str] = {}
    read = _articles(index, Articles(language), about)
    if read.defined > read.inline:  # most senses have no text but a definition, so those are the translations
        read = _articles(index, Articles(language, translates_in_definitions=True), about)
    short, info, url = (about.get(name, "").strip() for name in _INFO)
    name = short.splitlines()[-1] if short else index.stem
    terms = info.partition("Availability:")[2].partition("The Project:")[0]
    return read.collection, Origin(name, spdx(terms), url=url.splitlines()[-1] if url else "")


def _articles(index: Path, read: Articles, about: dict[str, str]) -> Articles:
    for text, words in articles(index):
        if words[0].startswith(ABOUT):
            about[words[0]] = text.decode("utf-8", "replace")
        elif len(text) > MAX_ARTICLE:
            read.collection.drop("entry longer than a megabyte", words[0])
        else:
            read.add(text, words)
    return read
