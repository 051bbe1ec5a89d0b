"""FreeDict dictionaries: the DICT pair ``.index`` and ``.dict.dz`` that distributions ship, and TEI sources.

An entry of the DICT form is a text for readers. Its first line has the headword, then pronunciation and grammar; the
second, and each line that begins with a number, has translations; anything else explains the sense above it in the
language of the headword, and is no translation.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.terms import MAX_ARTICLE, MAX_DICTIONARY, Collection
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.language import language_code

_DIGITS = {
    letter: value for value, letter in enumerate(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}
_INFO = ("00databaseshort", "00databaseinfo", "00databaseurl")
_SENSE = re.compile(r"\d{1,3}\. ?")
_GLOSS_NUMBER = re.compile(r" \d{1,3}\.$")
_GRAMMAR = re.compile(r" <(\w+)[^<>]*>")  # such as <n, fem>
_NOTES = re.compile(r"<[^<>]*>|\[[^][]*\]|\{[^{}]*\}|\([^()]*\)|（[^（）]*）")
_STRESS = re.compile("(?<=[аеиоуъыэюяєіїѣѫАЕИОУЪЫЭЮЯЄІЇ])[\u0300\u0301]")
_BETWEEN = re.compile(r"[,;،、；，]")
_LICENCES = (
    (r"(?<!Affero )(?<!Lesser )General Public License,? (?:ver\. |version )(\d)", "GPL-{}.0"),
    (r"Affero General Public License,? (?:ver\. |version )(\d)", "AGPL-{}.0"),
    (r"Attribution-Share ?Alike (\d\.\d)", "CC-BY-SA-{}"),
    (r"Attribution (\d\.\d)", "CC-BY-{}"),
)


class Entry(NamedTuple):
    """Where an entry stands: ``line`` of the index, then its first byte and length in the dictionary."""

    line: int
    word: str
    start: int
    size: int


def matches(path: Path) -> bool:
    """Whether ``path`` is one of the DICT files, a folder with one pair of them, or a TEI file."""
    if path.is_dir():
        return len(_indexes(path)) == 1
    if path.name.endswith((".index", ".dict", ".dict.dz")):
        return _index_of(path).is_file()
    return path.suffix == ".tei" and path.is_file()


def read(path: Path, source: str, target: str) -> Dictionary:
    """The translations of ``path``; turned round where its name says that it goes the other way.

    Raises:
        FormatError: A file is missing or damaged; the message names the line of the index.
    """
    collection = Collection()
    if path.suffix == ".tei":
        origin = _read_tei(path, collection)
    else:
        index = _indexes(path)[0] if path.is_dir() and len(_indexes(path)) == 1 else _index_of(path)
        origin = _read_dict(index, collection)
        path = index
    if not collection:
        raise FormatError.at(path, None, "no translation", "entries with a headword and its translations")
    if _direction(path) == (target, source) != (source, target):
        return collection.dictionary(target, source, origin).reversed()
    return collection.dictionary(source, target, origin)


def _read_dict(index: Path, collection: Collection) -> Origin:
    content = _content(index)
    about: dict[str, str] = {}
    seen = set()
    for entry in _entries(index, len(content)):
        if (entry.start, entry.size) in seen:
            continue
        seen.add((entry.start, entry.size))
        if entry.word.startswith("00database"):
            about[entry.word] = content[entry.start : entry.start + entry.size].decode("utf-8", "replace")
        elif entry.size > MAX_ARTICLE:
            collection.drop("entry longer than a megabyte")
        else:
            _add_entry(collection, content[entry.start : entry.start + entry.size])
    short, info, url = (about.get(name, "").strip() for name in _INFO)
    return Origin(
        short.splitlines()[-1] if short else index.stem, _licence(info), url=url.splitlines()[-1] if url else ""
    )


def _entries(index: Path, length: int) -> Iterator[Entry]:
    """The lines of an index, each a word, where its entry starts and how long it is, in base 64."""
    try:
        lines = index.read_bytes().split(b"\n")
    except OSError as error:
        raise FormatError.at(index, None, f"nothing to read ({error.strerror})", "the index of a dictionary") from error
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        fields = line.removesuffix(b"\r").split(b"\t")
        if len(fields) < 3:
            expected = "a word, an offset and a length with tabs between"
            raise FormatError.at(index, number, f"{_shown(line)} with {len(fields)} fields", expected)
        start, size = (_number(index, number, field) for field in fields[1:3])
        if start + size > length:
            found = f"an entry up to byte {start + size:,}"
            raise FormatError.at(index, number, found, f"no more than the {length:,} bytes of the dictionary")
        yield Entry(number, fields[0].decode("utf-8", "replace"), start, size)


def _number(index: Path, line: int, text: bytes) -> int:
    value = 0
    if not 0 < len(text) <= 10 or any(digit not in _DIGITS for digit in text):
        raise FormatError.at(index, line, f"{_shown(text)} as a position", "a number in base 64 (A-Z, a-z, 0-9, +, /)")
    for digit in text:
        value = value * 64 + _DIGITS[digit]
    return value


def _content(index: Path) -> bytes:
    for place in (index.with_suffix(".dict.dz"), index.with_suffix(".dict")):
        if place.is_file():
            try:
                with gzip.open(place) if place.suffix == ".dz" else place.open("rb") as stream:
                    content = stream.read(MAX_DICTIONARY)
            except (OSError, EOFError, zlib.error) as error:
                found = f"damaged or cut-off compressed data ({error})"
                raise FormatError.at(place, None, found, "a whole dictionary; fetch it again") from error
            if len(content) == MAX_DICTIONARY:
                raise FormatError.at(place, None, f"more than {MAX_DICTIONARY:,} bytes of text", "a dictionary")
            return content
    raise FormatError.at(index, None, "no dictionary beside it", f"{index.stem}.dict.dz or {index.stem}.dict")


def _add_entry(collection: Collection, content: bytes) -> None:
    try:
        head, *body = content.decode().split("\n")
    except UnicodeDecodeError:
        collection.drop("not UTF-8")
        return
    word = _headword(head)
    if not word:
        collection.drop("empty headword")
        return
    if grammar := _GRAMMAR.search(head):
        collection.tag(word, grammar[1])
    if body and not body[0]:
        del body[0]  # some leave a line free below the headword; one with a blank stands for no translation
    for place, line in enumerate(body):
        sense = _SENSE.match(line)
        if place == 0 or sense:
            listed = line[sense.end() :] if sense else line
            _add_translations(collection, word, _GLOSS_NUMBER.sub("", listed))
        elif line.strip():
            collection.drop("explanation, not a translation")


def _headword(line: str) -> str:
    ends = [place for mark in (" /", " <", " (") if (place := line.find(mark)) >= 0]
    return _cleaned(line[: min(ends)] if ends else line)


def _add_translations(collection: Collection, word: str, listed: str) -> None:
    for part in _BETWEEN.split(_without_notes(listed)):
        collection.add(word, _cleaned(part))


def _without_notes(text: str) -> str:
    """``text`` without what stands in brackets, two deep."""
    if not any(mark in text for mark in "<[{(（"):
        return text
    return _NOTES.sub(" ", _NOTES.sub(" ", text))


def _cleaned(text: str) -> str:
    """Stress marks on Cyrillic vowels are for the reader; the hyphens of typesetters become plain ones."""
    return _STRESS.sub("", text.replace("\u2010", "-").replace("\u2011", "-")).strip(" .\t\u00a0")


def _licence(info: str) -> str:
    """The SPDX expression for what the section on availability says, empty where it is not understood."""
    said = " ".join(info.partition("Availability:")[2].partition("The Project:")[0].split())
    terms = said.split("Published at:")[0].split('The "source form"')[0]
    later = "-or-later" if "any later version" in terms or "or later" in terms else "-only"
    names = []
    for pattern, name in _LICENCES:
        for version in re.findall(pattern, terms):
            spdx = name.format(version)
            names.append(spdx + later if "GPL" in spdx else spdx)
    return " AND ".join(dict.fromkeys(names))


def _index_of(path: Path) -> Path:
    name = path.name
    for suffix in (".dict.dz", ".dict"):
        name = name.removesuffix(suffix) if name.endswith(suffix) else name
    return path.with_name(name if name.endswith(".index") else f"{name}.index")


def _indexes(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.index"), *folder.glob("usr/share/dictd/*.index")])


def _direction(path: Path) -> tuple[str, str] | None:
    """The languages in a name like ``freedict-eng-fra.index`` or ``eng-fra.tei``."""
    match = re.search(r"([a-z]{3})-([a-z]{3})\.\w+$", path.name)
    try:
        return (language_code(match[1]), language_code(match[2])) if match else None
    except VocabularyError:
        return None


def _shown(text: bytes) -> str:
    return repr(text[:40].decode("utf-8", "replace"))


def _read_tei(path: Path, collection: Collection) -> Origin:
    """Headwords (``orth``) and translations (``cit type="trans"``, ``quote``) of TEI P5."""
    steps: list[str] = []
    text: list[str] = []
    headwords: list[str] = []
    about: dict[str, str] = {}
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        steps.append(f"{tag}={attributes['type']}" if tag == "cit" and "type" in attributes else tag)
        if tag == "entry":
            headwords.clear()
        text.clear()

    def end(tag: str) -> None:
        inside = "".join(text)
        if tag == "orth":
            headwords.append(_cleaned(inside))
        elif tag == "pos":
            for word in headwords:
                collection.tag(word, inside.strip())
        elif tag == "quote" and steps[-2:-1] and steps[-2] in ("cit=trans", "cit=translation"):
            for word in headwords or [""]:
                collection.add(word, _cleaned(_without_notes(inside)))
        elif "teiHeader" in steps:
            about.setdefault(tag, inside.strip())
            about["licence"] = about.get("licence", "") + (inside if "availability" in steps else "")
        steps.pop()
        text.clear()

    def refuse(name: str, *_: object) -> None:
        raise FormatError.at(path, parser.CurrentLineNumber, f"a definition of entity {name!r}", "TEI without entities")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.EntityDeclHandler = refuse  # an entity can grow without bound
    try:
        with path.open("rb") as stream:
            parser.ParseFile(stream)
    except OSError as error:
        raise FormatError.at(path, None, f"nothing to read ({error.strerror})", "a TEI file") from error
    except (expat.ExpatError, ValueError) as error:
        line = parser.CurrentLineNumber
        raise FormatError.at(path, line, f"broken XML ({error})", "a whole TEI file of FreeDict") from error
    return Origin(about.get("title") or path.stem, _licence(f"Availability: {about.get('licence', '')}"))
