"""Pipes and archives as files on disk, for what has to be read more than once or as a whole."""

from __future__ import annotations

import atexit
import os
import stat
import sys
import tarfile
from functools import lru_cache
from pathlib import Path
from typing import IO

from isogloss.data.errors import FormatError
from isogloss.data.limits import limits, too_large
from isogloss.data.lines import BROKEN, WHOLE, head, is_compressed, only_member, opened
from isogloss.data.scratch import scratch_folder

STDIN = Path("-")
_TAR = slice(257, 262)  # where a tar archive says that it is one


def on_disk(path: Path) -> Path:
    """``path`` itself, or a temporary copy of what comes through a pipe (``-`` is stdin) or stands in a tar archive.

    Copies last as long as the process; a pipe is read once.

    Raises:
        FormatError: The archive is damaged or holds several files.
    """
    if path == STDIN or (path.exists() and not path.is_file() and not path.is_dir()):
        path = _piped(path)
    if path.is_file() and head(path, 512, recode=False)[_TAR] == b"ustar":
        return _member(path, path.stat().st_mtime_ns)
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
def _member(path: Path, changed: int) -> Path:  # noqa: ARG001 (a file that changes is read again)
    try:
        with opened(path, recode=False) as stream, tarfile.open(fileobj=stream, mode="r:") as archive:
            files = {member.name: member for member in archive if member.isfile()}
            member = files[only_member(path, list(files))]
            content = archive.extractfile(member)
            assert content is not None  # it is a file
            return _copied(content, Path(member.name).name)
    except (tarfile.TarError, *BROKEN, OSError) as error:
        raise FormatError.at(path, None, f"a damaged archive ({error})", WHOLE) from error


@lru_cache(maxsize=4)
def _uncompressed(path: Path, changed: int) -> Path:  # noqa: ARG001 (a file that changes is read again)
    try:
        with opened(path, recode=False) as stream:
            return _copied(stream, path.stem)
    except (*BROKEN, OSError) as error:
        found = f"damaged or cut-off compressed data ({error})"
        raise FormatError.at(path, None, found, WHOLE) from error


def _copied(stream: IO[bytes], name: str) -> Path:
    scratch = scratch_folder()
    copy = scratch.__enter__() / name
    atexit.register(scratch.__exit__, None, None, None)
    with copy.open("wb") as out:
        while piece := stream.read(1 << 20):
            out.write(piece)
            if out.tell() > limits().unpacked:
                raise too_large(name, None, "more bytes", "unpacked")
    return copy
