"""Files that appear whole or not at all, and the hashes that name them."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from isogloss.data.errors import OutputError

MARK = ".isogloss"  # in every folder that is written as a whole: the names of its files, so that no other is lost


def refuse_to_overwrite(path: Path, force: bool, *, folder: bool | None = None) -> None:
    """Stop before any work is done if the output exists, or if ``force`` would destroy what is not ours.

    Only regular files are replaced, and folders that are empty or were written whole by ``replacing_folder`` and hold
    nothing else since. ``folder`` says whether the output is one, where that is known: none takes the place of a file.

    Raises:
        OutputError: ``path`` exists and ``force`` is not set, or it may not be replaced.
    """
    if path == Path("-"):
        raise OutputError("- is standard output, and a file or folder is written; name it")
    if not path.name:
        raise OutputError(f"{str(path)!r} names no file, expected a name for the output")
    if Path(os.path.realpath(path)).is_symlink():
        raise OutputError(f"{path} is a link that leads back to itself, and is not overwritten; name another file")
    if not path.exists():
        above = next((place for place in path.absolute().parents if place.exists() or place.is_symlink()), None)
        if above is not None and not above.is_dir():
            raise OutputError(f"{path} cannot be written: {above} is not a folder; name another output")
        return
    if not force:
        raise OutputError(f"{path} already exists; add --force (in Python: force=True) to overwrite")
    if path.is_dir():
        foreign = _foreign(path)
        if folder is False:
            raise OutputError(f"{path} is a folder, and a file is to be written; name a file in it")
        if foreign is not None:
            raise OutputError(
                f"{path} holds {foreign}, which isogloss did not write, and is not overwritten; name another folder"
            )
    elif not path.is_file():
        raise OutputError(f"{path} is a device or a pipe, not a regular file, and is not overwritten")
    elif folder:
        raise OutputError(f"{path} is a file, and a folder is to be written; name another output")


def refuse_own_input(path: Path, source: Path) -> None:
    """Stop before a command overwrites what it reads.

    Raises:
        OutputError: ``path`` is ``source``, a folder that holds it, or one of the files of a folder that is read.
    """
    if not (path.exists() and source.exists()):
        return
    if path.samefile(source):
        raise OutputError(f"{path} is what this command reads, and is not overwritten; name another file")
    out, read = path.resolve(), source.resolve()
    if out.is_dir() and read.is_relative_to(out):
        raise OutputError(
            f"{path} holds {source}, which this command reads, and is not overwritten; name another folder"
        )
    if read.is_dir() and out.is_relative_to(read) and str(out.relative_to(read)) in _ours(read):
        raise OutputError(f"{path} is a part of {source}, which this command reads; name another file")


@contextmanager
def replacing(path: Path, *, force: bool = True) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place when the block ends well.

    Mode and owner of a file that is replaced are kept, and so is a link to it. A killed process leaves the old file (or
    none) and a hidden ``.NAME.*.part`` that the next run removes.

    Raises:
        OutputError: ``path`` exists and ``force`` is not set, it is no regular file, or the folder cannot be written.
    """
    refuse_to_overwrite(path, force, folder=False)
    if path.is_symlink():
        path = Path(os.path.realpath(path))
    old = path.stat() if path.is_file() else None
    mode = 0o666 & ~_umask() if old is None else stat.S_IMODE(old.st_mode)
    part = _beside(path, mode)
    try:
        yield part
        if old is not None:
            with suppress(OSError):  # only the administrator may give files away
                os.chown(part, old.st_uid, old.st_gid)
        _sync(part, mode)
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path, *, force: bool = True) -> Iterator[Path]:
    """A temporary folder beside ``path`` that takes its place when the block ends well.

    Modes of the folder and of the files that are replaced are kept.

    Raises:
        OutputError: ``path`` exists and ``force`` is not set, it holds what was not written so, or the parent cannot be
            written.
    """
    refuse_to_overwrite(path, force, folder=True)
    if path.is_symlink():
        path = Path(os.path.realpath(path))
    part = _beside(path, None)
    try:
        yield part
        (part / MARK).write_text("".join(f"{name}\n" for name in _names(part)), "utf-8", "surrogateescape")
        for file in part.rglob("*"):
            old = path / file.relative_to(part)
            _sync(file, stat.S_IMODE(old.stat().st_mode) if old.is_file() else 0o666 & ~_umask())
        refuse_to_overwrite(path, force, folder=True)  # much can have come in during the work
        if path.is_dir():
            part.chmod(stat.S_IMODE(path.stat().st_mode))
        _swap(part, path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _foreign(folder: Path) -> str | None:
    """The first name in ``folder`` that ``replacing_folder`` did not write there, if there is one."""
    own_names = _ours(folder)
    return next((name for name in _names(folder) if name not in own_names), None)


def _ours(folder: Path) -> set[str]:
    """The files of a folder that ``replacing_folder`` wrote."""
    mark = folder / MARK
    return set(mark.read_text("utf-8", "surrogateescape").splitlines()) if mark.is_file() else set()


def _names(folder: Path) -> list[str]:
    """All files below ``folder`` but its own mark, in order."""
    return sorted(
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_symlink() or not file.is_dir()
        if file != folder / MARK
    )


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _beside(path: Path, mode: int | None) -> Path:
    """A new hidden file of ``mode`` beside ``path``, or a folder where ``mode`` is ``None``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(path)
        prefix, suffix = f".{path.name}.{os.getpid()}.", ".part"
        if mode is None:
            made = Path(tempfile.mkdtemp(prefix=prefix, suffix=suffix, dir=path.parent))
            made.chmod(0o777 & ~_umask())
            return made
        descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=suffix, dir=path.parent)
        os.close(descriptor)
        Path(name).chmod(mode)
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


def _sync(path: Path, mode: int) -> None:
    if path.is_file():
        path.chmod(mode)  # safetensors replaces the file it is given by one for the owner alone
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
        current_folder, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
        return bool(library.renameat2(current_folder, names[0], current_folder, names[1], exchange) == 0)
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        swap = 2  # RENAME_SWAP
        return bool(library.renamex_np(names[0], names[1], swap) == 0)
    return False
