"""The lines of a plain or compressed text file, in blocks of some megabytes."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, NamedTuple

from isogloss.data.errors import FormatError, shown
from isogloss.data.limits import limits, raise_it, refuse_bomb, too_large
from isogloss.data.progress import Progress, silent
from isogloss.data.words import tidy

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

BLOCK = 1 << 19  # bytes read at a time, so that work on a block stays within the processor cache; round number
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ZIP, ZSTD = b"PK\x03\x04", b"\x28\xb5\x2f\xfd"
ENCRYPTED = 1  # the bit of a zip archive's member that says so
_TELLS = re.compile(
    r"(?:^|/)(?:readme|licen[cs]e|copying|changes|list|notice)[^/]*$|\.(?:json|md|html|pdf|csl|bib|cff)$", re.I
)
WIDE = {  # byte-order marks of encodings whose letters take more than a byte; the longer ones first
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
NO_UTF8 = "text in UTF-8; convert it, for instance with iconv -f latin1 -t utf-8"


class Block(NamedTuple):
    """Some lines of a file without their line ends; ``first`` is the number of the first, counted from 1."""

    first: int
    lines: list[bytes]


class Piece(NamedTuple):
    """Some lines of a file as one text, without the end of the last; ``first`` is the number of the first."""

    first: int
    text: bytes


class _Unpacked(io.BufferedIOBase):
    """What ``path`` holds compressed, read through ``stream``, and no more of it than the limits allow."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self.path = path
        self.packed = path.stat().st_size
        self.stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self.stream.seekable()

    def read(self, size: int | None = -1, /) -> bytes:
        left, pieces = sys.maxsize if size is None or size < 0 else size, list[bytes]()
        while left and (piece := self.stream.read(min(left, BLOCK))):
            refuse_bomb(self.path, self.packed, self.stream.tell())
            pieces.append(piece)
            left -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    read1 = read

    def readinto(self, buffer: Any, /) -> int:
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def readline(self, size: int | None = -1, /) -> bytes:
        most = limits().line
        line = self.stream.readline(most + 1 if size is None or size < 0 else size)
        refuse_bomb(self.path, self.packed, self.stream.tell())
        if len(line) > most:
            raise too_large(self.path, None, "a line that is longer", "line")
        return line

    def seek(self, place: int, whence: int = 0, /) -> int:
        return self.stream.seek(place, whence)

    def tell(self) -> int:
        return self.stream.tell()

    def close(self) -> None:
        self.stream.close()
        super().close()


def _open_zip(path: Path, mode: str) -> IO[bytes]:  # noqa: ARG001 (as the other openers)
    status = path.stat()
    member = only_member(path, zipped(path, status.st_mtime_ns, status.st_size))
    return zipfile.ZipFile(path).open(member)


@lru_cache(maxsize=4)  # asked by every format, and an archive may have thousands
def zipped(path: Path, changed: int, size: int) -> tuple[str, ...]:  # noqa: ARG001 (a file that changes is read again)
    """The names of the files in a zip archive.

    Raises:
        FormatError: It is encrypted.
    """
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise FormatError.at(path, None, "an encrypted archive", "one without; unpack it with its password")
    return tuple(member.filename for member in members if not member.is_dir())


OPENERS: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
    ZSTD: zstd.open,
    ZIP: _open_zip,
}
BROKEN = (
    EOFError,
    UnicodeDecodeError,
    gzip.BadGzipFile,
    lzma.LZMAError,
    zipfile.BadZipFile,
    zlib.error,
    zstd.ZstdError,
)
WHOLE = "a complete file; fetch it again"
OFFICE = frozenset(("xl/workbook.xml", "word/document.xml", "content.xml"))  # members of .xlsx, .docx, .ods and .odt


def only_member(path: Path, names: Sequence[str]) -> str:
    """The one file of an archive, whatever tells of it; of several the one that ends in ``.vec``, or else ``.txt``.

    The repository of NLPL has ``model.txt``, ``model.bin``, ``meta.json`` and ``README`` in one.

    Raises:
        FormatError: There is none or more than one.
    """
    names = [name for name in names if not name.startswith("__MACOSX/") and not name.rpartition("/")[2].startswith(".")]
    if len(names) > 1:
        names = [name for name in names if not _TELLS.search(name)] or names
    chosen = names
    if len(names) > 1:
        by_ending = ([name for name in names if name.endswith(ending)] for ending in (".vec", ".txt", ".bin"))
        chosen = next(filter(None, by_ending), [])
    if len(chosen) != 1:
        if OFFICE & set(names):
            raise FormatError.at(
                path, None, "a spreadsheet or document of an office program", "a table; save it as CSV"
            )
        found = f"an archive of {len(names)} files" + (f" ({shown(names, 4)})" if names else "")
        raise FormatError.at(path, None, found, "one file in it; unpack it and name the file (kg import: ARCHIVE/FILE)")
    return chosen[0]


def head(path: Path, size: int = 1 << 16, *, recode: bool = True) -> bytes:
    """The first ``size`` bytes of ``path``, decompressed, in UTF-8; fewer where the file is short or broken.

    An archive of several files has none. With ``recode`` off they are those of the file.

    Raises:
        FormatError: ``path`` cannot be opened.
    """
    _magic(path)
    try:
        with opened(path, recode=recode) as stream:
            return stream.read(size).removeprefix(BYTE_ORDER_MARK)
    except (FormatError, *BROKEN, OSError):
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
                raise FormatError.at(path, number, f"{_excerpt(line)}, which is not UTF-8", NO_UTF8) from error
    return lines


def words_of(path: Path) -> list[str]:
    """The words or terms of a list, one a line, in UTF-8 or UTF-16; empty lines are passed over.

    Raises:
        FormatError: As ``sentences_of`` does.
    """
    return [word for line in sentences_of(path) if (word := tidy(line))]


def blocks(
    path: Path, *, description: str = "Reading", progress: Progress = silent, longest: int = 0
) -> Iterator[Block]:
    """Every line of ``path``, which may be compressed with gzip, bzip2 or xz; a last line may lack its end.

    Raises:
        FormatError: The file is missing, damaged, binary, or has a line of more than ``longest`` bytes and the limit.
    """
    for piece in pieces(path, description=description, progress=progress, longest=longest):
        yield Block(piece.first, piece.text.split(b"\n"))


def pieces(
    path: Path, *, description: str = "Reading", progress: Progress = silent, longest: int = 0
) -> Iterator[Piece]:
    """The lines of ``blocks``, not yet taken apart.

    Raises:
        FormatError: As ``blocks`` does.
    """
    first, rest, longest = 1, b"", max(longest, limits().line)
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
            raise FormatError.at(path, first, found, WHOLE) from error
    if rest:
        yield Piece(first, rest)


@contextmanager
def opened(path: Path, *, recode: bool = True) -> Iterator[IO[bytes]]:
    """The bytes of ``path``, decompressed as its first bytes ask for; UTF-16 and UTF-32 become UTF-8.

    Raises:
        FormatError: ``path`` is missing, a folder, may not be read, or an archive of several files.
    """
    opener = _opener(path)
    raw: Any = _unpacked(path, opener) if opener else path.open("rb", buffering=0)
    with raw as stream:
        encoding = _wide(path, opener) if recode else None
        yield codecs.EncodedFile(stream, "utf-8", encoding) if encoding else stream


def _unpacked(path: Path, opener: Callable[..., Any]) -> _Unpacked:
    try:
        return _Unpacked(path, opener(path, "rb"))
    except BROKEN as error:  # a directory of an archive, which is read at once
        raise FormatError.at(path, None, f"damaged or cut-off compressed data ({error})", WHOLE) from error


def is_compressed(path: Path) -> bool:
    """Whether ``path`` is compressed in a way that ``blocks`` undoes."""
    return _opener(path) is not None


def has_wide_letters(path: Path) -> bool:
    """Whether ``path``, compressed or not, is in UTF-16 or UTF-32, which ``opened`` turns into UTF-8."""
    return _wide(path, _opener(path)) is not None


def _opener(path: Path) -> Callable[..., Any] | None:
    magic = _magic(path)
    return next((opener for start, opener in OPENERS.items() if magic.startswith(start)), None)


def _magic(path: Path) -> bytes:
    try:
        with path.open("rb") as raw:
            return raw.read(6)
    except OSError as error:
        found = "a folder" if path.is_dir() else f"no readable file ({error.strerror})"
        raise FormatError.at(path, None, found, "a file; check the path") from error


def _wide(path: Path, opener: Callable[..., Any] | None) -> str | None:
    """The encoding that the byte-order mark of a text names, if its letters take more than a byte."""
    if opener is None:
        start = _magic(path)
    else:
        try:
            with opener(path, "rb") as stream:
                start = stream.read(4)
        except (*BROKEN, OSError):
            return None
    return next((encoding for mark, encoding in WIDE.items() if start.startswith(mark)), None)


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
        size = "a megabyte" if longest == 1 << 20 else f"{longest / (1 << 20):.3g} megabytes"
        raise FormatError.at(path, first, f"a line longer than {size}", f"shorter lines; {raise_it('line')}")


def _excerpt(line: bytes) -> str:
    text = line[:30].decode(errors="replace")
    return repr(text + ("…" if len(line) > 30 else ""))
