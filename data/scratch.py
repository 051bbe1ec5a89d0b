"""Folders for what a run needs for a while; those that killed runs left are removed by the next."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "isogloss-"
LOCK = ".lock"  # held for as long as the folder is used; the system lets go of it when the process dies


@contextmanager
def scratch_folder(place: Path | None = None) -> Iterator[Path]:
    """A new folder in ``place``, by default where the system keeps temporary files; it goes when the block ends."""
    place = place or Path(tempfile.gettempdir())
    with suppress(OSError):
        _remove_abandoned(place)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    lock = None
    try:
        lock = _locked(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _locked(folder: Path) -> int | None:
    """The lock of a new folder, ``None`` where the file system has none; it is held before it has its name."""
    part = folder / f"{LOCK}.part"
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    part.rename(folder / LOCK)
    return descriptor


def _remove_abandoned(place: Path) -> None:
    """Remove folders of ours whose process is dead; another user's stay, and what only has a similar name."""
    for folder in place.glob(f"{PREFIX}*"):
        with suppress(OSError):  # it is in use, another's, or gone
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(descriptor)
