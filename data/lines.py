"""The lines of a plain or compressed text file, in blocks of some megabytes."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from isogloss.data.errors import FormatError
from isogloss.data.progress import Progress, silent

BLOCK = 1 << 19  # bytes read at a time, so that work on a block stays within the processor cache; round number
LONGEST_LINE = 1 << 20  # bytes; a vector of 4,096 numbers takes less than a tenth of it; round number
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
OPENERS: dict[bytes, Callable[..., Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
BROKEN = (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError)


class Block(NamedTuple):
    """Some lines of a file without their line ends; ``first`` is the number of the first, counted from 1."""

    first: int
    lines: list[bytes]


class Piece(NamedTuple):
    """Some lines of a file as one text, without the end of the last; ``first`` is the number of the first."""

    first: int
    text: bytes


def head(path: Path, size: int = 1 << 16) -> bytes:
    """The first ``size`` bytes of the text in ``path``, decompressed; fewer where the file is short or broken.

    Raises:
        FormatError: ``path`` cannot be opened.
    """
    with opened(path) as stream:
        try:
            return stream.read(size).removeprefix(BYTE_ORDER_MARK)
        except (*BROKEN, OSError):
            return b""


def sentences_of(path: Path) -> list[str]:
    """The lines of a text, tidied at their ends; an empty line stays one, so that two files keep in step.

    Raises:
        FormatError: The file is missing, damaged, binary or not in UTF-8.
    """
    lines = []
    for block in blocks(path):
        for number, line in enumerate(block.lines, block.first):
            try:
                lines.append(line.decode().strip())
            except UnicodeDecodeError as error:
                raise FormatError.at(path, number, "bytes that are no UTF-8", "text in UTF-8") from error
    return lines


def blocks(
    path: Path, *, description: str = "Reading", progress: Progress = silent, longest: int = LONGEST_LINE
) -> Iterator[Block]:
    """Every line of ``path``, which may be compressed with gzip, bzip2 or xz; a last line may lack its end.

    Raises:
        FormatError: The file is missing, damaged, binary, or has a line of more than ``longest`` bytes.
    """
    for piece in pieces(path, description=description, progress=progress, longest=longest):
        yield Block(piece.first, piece.text.split(b"\n"))


def pieces(
    path: Path, *, description: str = "Reading", progress: Progress = silent, longest: int = LONGEST_LINE
) -> Iterator[Piece]:
    """The lines of ``blocks``, not yet taken apart; ``longest`` is at least ``BLOCK``.

    Raises:
        FormatError: As ``blocks`` does.
    """
    first, rest = 1, b""
    with opened(path) as stream:
        try:
            for chunk in progress(_chunks(stream), description, _chunk_count(path)):
                if b"\0" in chunk:
                    line = first + (rest + chunk).split(b"\0", 1)[0].count(b"\n")
                    raise FormatError.at(path, line, "a zero byte, so the file is binary", "lines of text in UTF-8")
                end = chunk.rfind(b"\n")
                text = rest + (chunk if end < 0 else chunk[:end])
                if len(rest) + BLOCK > longest:
                    _refuse_long(path, first, text, longest)
                if end < 0:
                    rest = text
                    continue
                rest = chunk[end + 1 :]
                yield Piece(first, text)
                first += text.count(b"\n") + 1
        except (*BROKEN, OSError) as error:
            found = f"damaged or cut-off compressed data ({error})"
            raise FormatError.at(path, first, found, "a whole file; fetch it again") from error
    if rest:
        yield Piece(first, rest)


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of ``path``, decompressed as its first bytes ask for.

    Raises:
        FormatError: ``path`` is missing, a folder, or may not be read.
    """
    try:
        with path.open("rb") as raw:
            magic = raw.read(6)
    except OSError as error:
        found = "a folder" if path.is_dir() else f"nothing to read ({error.strerror})"
        raise FormatError.at(path, None, found, "a file; check the path") from error
    opener = next((opener for start, opener in OPENERS.items() if magic.startswith(start)), None)
    with opener(path, "rb") if opener else path.open("rb", buffering=0) as stream:
        yield stream


def is_compressed(path: Path) -> bool:
    """Whether ``path`` is compressed in a way that ``blocks`` undoes."""
    with path.open("rb") as raw:
        magic = raw.read(6)
    return any(magic.startswith(start) for start in OPENERS)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    start = stream.read(BLOCK)
    yield start.removeprefix(BYTE_ORDER_MARK)
    while chunk := stream.read(BLOCK):
        yield chunk


def _chunk_count(path: Path) -> int | None:
    return None if is_compressed(path) else -(-path.stat().st_size // BLOCK)


def _refuse_long(path: Path, first: int, text: bytes, longest: int) -> None:
    """Refuse a text whose first line is too long; another cannot be, as it is no longer than a chunk."""
    if len(text.split(b"\n", 1)[0]) > longest:
        size = "a megabyte" if longest == 1 << 20 else f"{longest >> 20} megabytes"
        expected = "one word and its numbers on each line" if longest == LONGEST_LINE else "shorter lines"
        raise FormatError.at(path, first, f"a line longer than {size}", expected)
