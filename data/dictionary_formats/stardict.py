"""StarDict dictionaries: ``.ifo`` says what there is, ``.idx`` where each word's article stands in ``.dict``.

An article is a text for readers, plain or with markup. Its lines are taken as lists of translations, without their
numbers and what stands in brackets. Files that isogloss has written have one translation a line, and come back whole.
"""

from __future__ import annotations

import gzip
import html
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.terms import MAX_ARTICLE, MAX_DICTIONARY, Collection
from isogloss.data.errors import FormatError

OURS = "isogloss"  # the author that such files name
_MAX_WORD = 255  # bytes, as the format has it
_PLAIN, _MARKUP = "ml", "hgx"  # kinds of fields: text, and text with tags; others are not for us
_BREAK = re.compile(r"<\s*(?:br|/?(?:li|p|div|tr|dd|dt|ol|ul|blockquote|def|h\d))\b[^>]*>", re.IGNORECASE)
_UNREAD = re.compile(r"<(k|abr|co|ex|script|style)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_NUMBER = re.compile(r"^\s*(?:\d{1,3}[.)]|[•*·–—-])\s+")
_NOTES = re.compile(r"<[^<>]*>|\[[^][]*\]|\{[^{}]*\}|\([^()]*\)|（[^（）]*）|/[^/\s]+/")
_BETWEEN = re.compile(r"[,;،؛、；，]")


def matches(path: Path) -> bool:
    """Whether ``path`` is an ``.ifo`` file, or a folder with one."""
    return path.suffix == ".ifo" and path.is_file() if not path.is_dir() else len(list(path.glob("*.ifo"))) == 1


def read(path: Path, source: str, target: str) -> Dictionary:
    """The translations of ``path``.

    Raises:
        FormatError: A file is missing or damaged, or holds no translation.
    """
    collection = Collection()
    ifo = next(iter(path.glob("*.ifo")), path) if path.is_dir() else path
    about = _about(ifo)
    articles = _content(ifo, ".dict", ".dict.dz")
    for word, start, size in _index(ifo, about):
        if start + size > len(articles):
            found_end = f"an article of {_shown(word)} up to byte {start + size:,}"
            raise FormatError.at(ifo, None, found_end, f"no more than the {len(articles):,} bytes of the dictionary")
        if size > MAX_ARTICLE:
            collection.drop("article longer than a megabyte")
        else:
            _add_article(collection, word, articles[start : start + size], about)
    if not collection:
        reasons = ", ".join(f"{count:,} × {reason}" for reason, count in collection.dropped.items()) or "no article"
        raise FormatError.at(ifo, None, f"no translation ({reasons})", "articles with a headword and its translations")
    origin = Origin(about.get("bookname") or ifo.stem, url=about.get("website", ""), version=about.get("date", ""))
    return collection.dictionary(source, target, origin)


def _about(ifo: Path) -> Mapping[str, str]:
    try:
        with ifo.open("rb") as stream:
            text = stream.read(MAX_ARTICLE).decode("utf-8", "replace")
    except OSError as error:
        raise FormatError.at(
            ifo, None, f"nothing to read ({error.strerror})", "the .ifo file of a dictionary"
        ) from error
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or not lines[0].startswith("StarDict's dict ifo file"):
        raise FormatError.at(ifo, 1, _shown(text.encode()), "StarDict's dict ifo file")
    named = (line.partition("=") for line in lines[1:])
    return {name.strip(): value.strip() for name, sign, value in named if sign}


def _index(ifo: Path, about: Mapping[str, str]) -> Iterator[tuple[bytes, int, int]]:
    """Every word with where its article starts and how long it is."""
    wide = 8 if about.get("idxoffsetbits") == "64" else 4
    content = _content(ifo, ".idx", ".idx.gz")
    place = count = 0
    while place < len(content):
        end = content.find(b"\0", place, place + _MAX_WORD + 2)
        if end < 0 or end + 1 + wide + 4 > len(content):
            found = f"a word without its end or place at byte {place:,} of the index"
            raise FormatError.at(ifo.with_suffix(".idx"), None, found, "a whole index; fetch it again")
        word, after = content[place:end], end + 1 + wide
        yield word, int.from_bytes(content[end + 1 : after], "big"), int.from_bytes(content[after : after + 4], "big")
        place = after + 4
        count += 1
    said = about.get("wordcount", "")
    if said.isdecimal() and said.isascii() and len(said) < 20 and int(said) != count:
        raise FormatError.at(ifo, None, f"{count:,} words in the index", f"the {int(said):,} that the file announces")


def _content(ifo: Path, plain: str, packed: str) -> bytes:
    """The bytes of a file beside ``ifo``, whether it is compressed or not."""
    for place in (ifo.with_name(ifo.stem + suffix) for suffix in (plain, packed)):
        if place.is_file():
            try:
                with place.open("rb") if place.suffix == plain else gzip.open(place) as stream:
                    content = stream.read(MAX_DICTIONARY)
            except (OSError, EOFError, zlib.error) as error:
                found = f"damaged or cut-off compressed data ({error})"
                raise FormatError.at(place, None, found, "a whole dictionary; fetch it again") from error
            if len(content) == MAX_DICTIONARY:
                raise FormatError.at(place, None, f"{MAX_DICTIONARY:,} bytes or more", "a dictionary")
            return content
    raise FormatError.at(ifo, None, f"no {plain} file beside it", f"{ifo.stem}{plain} or {ifo.stem}{packed}")


def _add_article(collection: Collection, word: bytes, article: bytes, about: Mapping[str, str]) -> None:
    try:
        headword = word.decode()
        for kind, field in _fields(article, about.get("sametypesequence", "")):
            if kind in _PLAIN + _MARKUP:
                text = field.decode()
                _add_lines(
                    collection, headword, _readable(text) if kind in _MARKUP else text, about.get("author") == OURS
                )
            else:
                collection.drop("pronunciation, picture or sound")
    except UnicodeDecodeError:
        collection.drop("not UTF-8")


def _fields(article: bytes, kinds: str) -> Iterator[tuple[str, bytes]]:
    """The parts of an article with the letter that says what each is."""
    place = 0
    for number in range(1 << 10):
        if place >= len(article) or (kinds and number >= len(kinds)):
            return
        kind = kinds[number] if kinds else chr(article[place])
        place += 0 if kinds else 1
        last = bool(kinds) and number == len(kinds) - 1
        if kind.isupper():
            size = len(article) - place if last else int.from_bytes(article[place : place + 4], "big")
            place += 0 if last else 4
            yield kind, article[place : place + size]
            place += size
        else:
            end = len(article) if last else article.find(b"\0", place)
            end = len(article) if end < 0 else end
            yield kind, article[place:end]
            place = end + 1


def _readable(text: str) -> str:
    """Text with markup as lines without it."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", _UNREAD.sub("", text))))


def _add_lines(collection: Collection, word: str, text: str, ours: bool) -> None:
    for line in text.split("\n") if ours else text.splitlines():
        if ours:
            collection.add(word, line)
        elif line.strip() and line.strip() != word:
            for part in _BETWEEN.split(_NOTES.sub(" ", _NOTES.sub(" ", _NUMBER.sub("", line)))):
                if cleaned := part.strip(" .\t\u00a0"):
                    collection.add(word, cleaned)


def _shown(text: bytes) -> str:
    return repr(text[:40].decode("utf-8", "replace"))
