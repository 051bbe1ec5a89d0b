"""Files that appear whole or not at all, and the hashes that name them."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from isogloss.data.errors import OutputError


def refuse_to_overwrite(path: Path, force: bool) -> None:
    """Stop before any work is done if the output exists.

    Raises:
        OutputError: ``path`` exists and ``force`` is not set.
    """
    if path.exists() and not force:
        raise OutputError(f"{path} already exists; add --force (in Python: force=True) to overwrite")


@contextmanager
def replacing(path: Path, *, force: bool = True) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place when the block ends well.

    A killed process leaves the old file (or none) and a hidden ``.NAME.*.part`` that the next run removes.

    Raises:
        OutputError: ``path`` exists and ``force`` is not set, or the folder cannot be written.
    """
    refuse_to_overwrite(path, force)
    part = _beside(path, folder=False)
    try:
        yield part
        _sync(part)
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path, *, force: bool = True) -> Iterator[Path]:
    """A temporary folder beside ``path`` that takes its place when the block ends well.

    Raises:
        OutputError: ``path`` exists and ``force`` is not set, or the parent cannot be written.
    """
    refuse_to_overwrite(path, force)
    part = _beside(path, folder=True)
    try:
        yield part
        for file in part.rglob("*"):
            _sync(file)
        _swap(part, path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _beside(path: Path, *, folder: bool) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(path)
        prefix, suffix = f".{path.name}.{os.getpid()}.", ".part"
        if folder:
            made = Path(tempfile.mkdtemp(prefix=prefix, suffix=suffix, dir=path.parent))
            made.chmod(0o777 & ~_umask())
            return made
        descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=suffix, dir=path.parent)
        os.close(descriptor)
        Path(name).chmod(0o666 & ~_umask())
        return Path(name)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error


def _remove_abandoned(path: Path) -> None:
    """Clear what killed runs left beside ``path``; a part whose process still lives stays."""
    for part in path.parent.glob(f".{_escaped(path.name)}.*.part"):
        owner = part.name.removeprefix(f".{path.name}.").split(".")[0]
        if owner.isdigit() and not _alive(int(owner)):
            shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink(missing_ok=True)


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync(path: Path) -> None:
    if path.is_file():
        path.chmod(0o666 & ~_umask())  # safetensors replaces the file it is given by one for the owner alone
        with path.open("rb") as stream:
            os.fsync(stream.fileno())


def _swap(part: Path, path: Path) -> None:
    """Put ``part`` where ``path`` is, in one step where the system can; what was there is then in ``part``."""
    if not path.is_dir():
        part.replace(path)
        return
    if _exchange(part, path):
        return
    old = Path(tempfile.mkdtemp(prefix=f".{path.name}.{os.getpid()}.", suffix=".old", dir=path.parent))
    path.replace(old / path.name)
    part.replace(path)
    shutil.rmtree(old, ignore_errors=True)


def _exchange(part: Path, path: Path) -> bool:
    """Swap two folders atomically (``renameat2`` of Linux, ``renamex_np`` of macOS), if there is such a call."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(part), os.fsencode(path)
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
        return bool(library.renameat2(here, names[0], here, names[1], exchange) == 0)
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        swap = 2  # RENAME_SWAP
        return bool(library.renamex_np(names[0], names[1], swap) == 0)
    return False
