"""simplemma's dictionaries with an index on disk, so that they open at once.

simplemma has a dictionary as one stream, in which each word is told by what differs from the one before. To find a word
the stream is read from the start: 4 CPU seconds for Finnish. The index says where each ``BLOCK``-th word is, and what
was before it; a word is then found by bisection, in the file.
"""

from __future__ import annotations

import hashlib
import mmap
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from struct import Struct

import simplemma
from simplemma.strategies.dictionaries import frontcode
from simplemma.strategies.dictionaries.dictionary_factory import (
    SUPPORTED_LANGUAGES,
    CachingDictionaryFactory,
    DecodedStrMapping,
    _read_decompressed,
)
from simplemma.strategies.dictionaries.stream_dictionary_factory import StreamMap

from isogloss.data.errors import OutputError
from isogloss.data.storage import replacing

# Not public in simplemma 2; where another version has none, ``kg.query.lemmas`` does without an index.
_read_header, _iter_records = frontcode._read_header, frontcode._iter_records

BLOCK = 32  # words of a block, as in simplemma's own index
VERSION = 1  # of the layout
_HEADER = Struct("<32sQQQ")  # mark, blocks, bytes of the stream, bytes of the words before and at the blocks
_PLACE = Struct("<QQ")  # where a block starts in the stream, and its words among the words
_MARK = f"isogloss lemmas {VERSION} {simplemma.__version__}".encode().ljust(32)[:32]


class IndexedLemmas(DecodedStrMapping):
    """The lemma of each word of a language, read from a file."""

    def __init__(self, path: Path) -> None:
        """Open an index.

        Raises:
            ValueError: The file is none, or not of this version of simplemma.
            OSError: It cannot be read.
        """
        with path.open("rb") as file:
            self._file = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if len(self._file) < _HEADER.size:
            raise ValueError(f"{path}: no index of lemmas")
        mark, self._blocks, stream, words = _HEADER.unpack_from(self._file)
        self._words = _HEADER.size + self._blocks * _PLACE.size
        self._stream = self._words + words
        if mark != _MARK or len(self._file) != self._stream + stream:
            raise ValueError(f"{path}: no index of lemmas of simplemma {simplemma.__version__}")
        self._data = memoryview(self._file)[self._stream :]
        self._reversed, self._count, _ = _read_header(self._data[:64].tobytes())

    def _lookup(self, key: str) -> str | None:
        sought = key.encode()[::-1] if self._reversed else key.encode()
        block = bisect_right(range(self._blocks), sought, key=lambda number: self._seed(number)[1]) - 1
        if block < 0:
            return None
        for stored, value in self._read(block):
            if stored == sought:
                return (value[::-1] if self._reversed else value).decode()
            if stored > sought:
                return None
        return None

    def _seed(self, block: int) -> tuple[int, bytes, bytes, bytes]:
        """Where a block starts, its first word, and word and lemma before it."""
        start, at = _PLACE.unpack_from(self._file, _HEADER.size + block * _PLACE.size)
        end = begin = self._words + at
        for _ in range(3):
            end = self._file.find(b"\n", end) + 1
        first, word, lemma = self._file[begin : end - 1].split(b"\n")
        return start, first, word, lemma

    def _read(self, block: int) -> Iterator[tuple[bytes, bytes]]:
        """The words of a block, with their lemmas."""
        start, _, word, lemma = self._seed(block)
        end = self._seed(block + 1)[0] if block + 1 < self._blocks else len(self._data)
        for _, stored, value in _iter_records(self._data[start:end].tobytes(), 0, word, lemma):
            yield stored, value

    def __iter__(self) -> Iterator[str]:
        for block in range(self._blocks):
            for stored, _ in self._read(block):
                yield (stored[::-1] if self._reversed else stored).decode()

    def __len__(self) -> int:
        return self._count


class IndexedDictionaries(CachingDictionaryFactory):
    """simplemma's dictionaries, indexed in a folder at the first word of a language."""

    def __init__(self, folder: Path) -> None:
        super().__init__(cache_max_size=1_000)  # an open file each
        self.folder = folder

    def path(self, language: str) -> Path:
        """Where the index of a language is, by a name that ``data cache clear`` knows."""
        return self.folder / f"{hashlib.sha256(_MARK + language.encode()).hexdigest()[:32]}.lemmas"

    def is_ready(self, language: str) -> bool:
        """Whether a language has its index already, or will never have one."""
        if language not in SUPPORTED_LANGUAGES:
            return True
        try:
            IndexedLemmas(self.path(language))
        except (OSError, ValueError):
            return False
        return True

    def _get_dictionary_uncached(self, lang: str) -> DecodedStrMapping:
        path = self.path(lang)
        with suppress(OSError, ValueError):
            return IndexedLemmas(path)
        content = indexed(_read_decompressed(lang))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as part:
                part.write_bytes(content)
            return IndexedLemmas(path)
        except (OSError, OutputError):  # a folder that cannot be written
            return StreamMap(lang)


def indexed(stream: bytes) -> bytes:
    """The content of an index of a dictionary."""
    _, _, begin = _read_header(stream)
    places, words, at = [], [], 0
    before = b"", b""
    for number, (start, stored, lemma) in enumerate(_iter_records(stream, begin)):
        if number % BLOCK == 0:
            places.append(_PLACE.pack(start, at))
            words.append(b"%b\n%b\n%b\n" % (stored, *before))
            at += len(words[-1])
        before = stored, lemma
    return b"".join([_HEADER.pack(_MARK, len(places), len(stream), at), *places, *words, stream])
