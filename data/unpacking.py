"""Pipes and archives as files on disk, for what has to be read more than once or as a whole."""

from __future__ import annotations

import atexit
import os
import stat
import sys
import tarfile
import zipfile
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO

from isogloss.data.debian import unpack
from isogloss.data.errors import FormatError, shown
from isogloss.data.limits import limits, refuse_bomb, too_large
from isogloss.data.lines import BROKEN, WHOLE, head, is_compressed, only_member, opened, zipped
from isogloss.data.scratch import scratch_folder

STDIN = Path("-")
_TAR = slice(257, 262)  # where a tar archive says that it is one
_PACKAGE = b"!<arch>\ndebian-binary"  # how a Debian package begins
_MAIN = (".ifo", ".index", ".tei")  # endings of the file that names a dictionary; others have the same stem


def on_disk(path: Path) -> Path:
    """``path`` itself, or a temporary copy of what comes through a pipe (``-`` is stdin) or stands in an archive.

    That is the one file of a tar archive, or the dictionary of several files in a tar or zip archive or a Debian
    package, as StarDict and FreeDict publish them; of several dictionaries the one that is named as if the archive were
    a folder (``words.zip/eng-fra.tei``). Copies last as long as the process; a pipe is read once.

    Raises:
        FormatError: The archive is damaged or holds several files that are no dictionary.
    """
    if path == STDIN or (path.exists() and not path.is_file() and not path.is_dir()):
        path = _piped(path)
    archive = path if path.exists() else next((above for above in path.parents if above.is_file()), path)
    if not archive.is_file():
        return path
    member = path.relative_to(archive).as_posix() if path != archive else ""
    beginning, status = head(archive, 512, recode=False), archive.stat()
    if beginning[_TAR] == b"ustar":
        return _of_tar(archive, status.st_mtime_ns, member)
    if beginning.startswith(_PACKAGE):
        return _of_package(archive, status.st_mtime_ns, member)
    if zipfile.is_zipfile(archive):
        return _of_zip(archive, status.st_mtime_ns, status.st_size, member)
    return path


def uncompressed(path: Path) -> Path:
    """``path`` itself, or a temporary copy of what is compressed in it.

    Raises:
        FormatError: The data are damaged.
    """
    return _uncompressed(path, path.stat().st_mtime_ns) if is_compressed(path) else path


@lru_cache(maxsize=4)
def _piped(path: Path) -> Path:
    if path == STDIN:
        return _copied(sys.stdin.buffer, "stdin")
    mode = path.stat().st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISSOCK(mode)):
        raise FormatError.at(path, None, "neither a file nor a pipe", "a file; check the path")
    with path.open("rb") as stream:
        if stat.S_ISCHR(mode) and not stream.isatty() and not path.samefile(os.devnull):  # /dev/zero has no end
            raise FormatError.at(path, None, "a device", "a file or a pipe; check the path")
        return _copied(stream, path.name)


@lru_cache(maxsize=4)
def _of_tar(path: Path, changed: int, named: str) -> Path:  # noqa: ARG001 (a file that changes is read again)
    try:
        with opened(path, recode=False) as stream, tarfile.open(fileobj=stream, mode="r:") as archive:
            files = {member.name: member for member in archive if member.isfile()}
            wanted = _wanted(path, files, named) or [only_member(path, list(files))]
            return _copies(path, {name: archive.extractfile(files[name]) for name in wanted})
    except (tarfile.TarError, *BROKEN, OSError) as error:
        raise FormatError.at(path, None, f"a damaged archive ({error})", WHOLE) from error


@lru_cache(maxsize=4)
def _of_zip(path: Path, changed: int, size: int, named: str) -> Path:
    try:
        if not (wanted := _wanted(path, zipped(path, changed, size), named)):
            return path
        with zipfile.ZipFile(path) as archive:
            return _copies(path, {name: archive.open(name) for name in wanted})
    except (*BROKEN, NotImplementedError, OSError) as error:
        raise FormatError.at(path, None, f"a damaged archive ({error})", WHOLE) from error


@lru_cache(maxsize=4)
def _of_package(path: Path, changed: int, named: str) -> Path:  # noqa: ARG001 (a file that changes is read again)
    folder = _scratch() / "package"
    folder.mkdir()
    unpack(path, folder)
    files = [file.relative_to(folder).as_posix() for file in sorted(folder.rglob("*")) if file.is_file()]
    wanted = _wanted(path, files, named) or [only_member(path, files)]
    return folder / wanted[0]


def _wanted(archive: Path, names: Collection[str], named: str) -> list[str]:
    """The files of the dictionary that is ``named``, or of the only one, the one that names it first.

    Raises:
        FormatError: None has that name.
    """
    if not named:
        return _dictionary(names)
    main = next((name for name in names if Path(name) == Path(named)), None)  # some begin with ./
    if main is None:
        raise FormatError.at(archive, None, f"no {named!r} in it", f"one of its files: {shown(sorted(names))}")
    stem = next((main[: -len(ending)] for ending in _MAIN if main.lower().endswith(ending)), main)
    return [main, *(name for name in names if name.startswith(f"{stem}.") and name != main)]


def _dictionary(names: Collection[str]) -> list[str]:
    """Of the files of an archive those of its dictionary, the one that names it first; none if there are several."""
    names = [name for name in names if not Path(name).name.startswith(".")]  # such as ._x.ifo, which macOS adds
    for ending in _MAIN:
        main = [name for name in names if name.lower().endswith(ending)]
        if len(main) == 1:
            stem = main[0][: -len(ending)]
            return [*main, *(name for name in names if name.startswith(f"{stem}.") and name != main[0])]
    return []


@lru_cache(maxsize=4)
def _uncompressed(path: Path, changed: int) -> Path:  # noqa: ARG001 (a file that changes is read again)
    try:
        with opened(path, recode=False) as stream:
            return _copied(stream, path.stem)
    except (*BROKEN, OSError) as error:
        found = f"damaged or cut-off compressed data ({error})"
        raise FormatError.at(path, None, found, WHOLE) from error


def _copies(archive: Path, members: Mapping[str, IO[bytes] | None]) -> Path:
    """The first of some files of an archive, copied, with the others beside it."""
    folder, packed, unpacked = _scratch(), archive.stat().st_size, 0
    for name, stream in members.items():
        assert stream is not None  # it is a file
        for piece in _written(stream, folder / Path(name).name):
            unpacked += piece
            refuse_bomb(archive, packed, unpacked)
    return folder / Path(next(iter(members))).name


def _copied(stream: IO[bytes], name: str) -> Path:
    copy, unpacked = _scratch() / name, 0
    for piece in _written(stream, copy):
        unpacked += piece
        if unpacked > limits().unpacked:
            raise too_large(name, None, "more bytes", "unpacked")
    return copy


def _written(stream: IO[bytes], copy: Path) -> Iterator[int]:
    """Copy a stream; yields the sizes of the pieces, so that the caller can stop."""
    with copy.open("wb") as out:
        while piece := stream.read(1 << 20):
            yield out.write(piece)


def _scratch() -> Path:
    scratch = scratch_folder()
    atexit.register(scratch.__exit__, None, None, None)
    return scratch.__enter__()
