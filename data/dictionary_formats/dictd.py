"""The files of the DICT protocol: ``.index`` says where each article stands in ``.dict`` or ``.dict.dz``."""

from __future__ import annotations

from binascii import Error, a2b_base64
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from isogloss.data.dictionary_formats.companions import content_beside
from isogloss.data.errors import FormatError
from isogloss.data.limits import whole

_DIGITS = 8  # of a number in base 64: 48 bits
ABOUT = "00database"  # how the words begin that lead to what the dictionary says of itself


class Article(NamedTuple):
    """The text of an article, and the words of the index that lead to it, in lower case and without punctuation."""

    text: bytes
    words: tuple[str, ...]


def index_of(path: Path) -> Path:
    """The index that belongs to any file of a dictionary."""
    name = path.name.removesuffix(".dz").removesuffix(".dict")
    return path.with_name(name if name.endswith(".index") else f"{name}.index")


def indexes(folder: Path) -> list[Path]:
    """The indexes in a folder, or in an unpacked package."""
    return sorted([*folder.glob("*.index"), *folder.glob("usr/share/dictd/*.index")])


def articles(index: Path) -> Iterator[Article]:
    """Every article once, in the order of the index.

    Raises:
        FormatError: A file is missing or damaged; the message names the line of the index.
    """
    content = content_beside(index, ".dict", ".dict.dz")
    words: dict[tuple[int, int], list[bytes]] = {}
    for word, start, size in _entries(index, len(content)):
        words.setdefault((start, size), []).append(word)
    for (start, size), leading in words.items():
        decoded = tuple(word.decode("utf-8", "replace") for word in leading)
        yield Article(content[start : start + size], decoded)


def _entries(index: Path, length: int) -> Iterator[tuple[bytes, int, int]]:
    """The lines of an index, each a word, where its article starts and how long it is, in base 64."""
    try:
        lines = whole(index).split(b"\n")
    except OSError as error:
        raise FormatError.at(
            index, None, f"no readable file ({error.strerror})", "the index of a dictionary"
        ) from error
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        fields = line.removesuffix(b"\r").split(b"\t")
        if len(fields) < 3:
            expected = "a word, an offset and a length separated by tabs"
            raise FormatError.at(index, number, f"{_shown(line)} with {len(fields)} fields", expected)
        start, size = _number(index, number, fields[1]), _number(index, number, fields[2])
        if start + size > length:
            found = f"an entry up to byte {start + size:,}"
            raise FormatError.at(index, number, found, f"no more than the {length:,} bytes of the dictionary")
        yield fields[0], start, size


def _number(index: Path, line: int, text: bytes) -> int:
    try:
        if not 0 < len(text) <= _DIGITS:
            raise Error
        return int.from_bytes(a2b_base64(text.rjust(_DIGITS, b"A"), strict_mode=True))
    except Error as error:
        expected = "a number in base 64 (A-Z, a-z, 0-9, +, /)"
        raise FormatError.at(index, line, f"{_shown(text)} as a position", expected) from error


def _shown(text: bytes) -> str:
    return repr(text[:40].decode("utf-8", "replace"))
