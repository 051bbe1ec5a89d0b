"""Keeps parsed vectors as float32 beside a hash, so that a large file is parsed once and then opens at once."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from isogloss.data.errors import OutputError
from isogloss.data.storage import MARK, file_hash, replacing, replacing_folder
from isogloss.data.tensors import save_array
from isogloss.data.text.cleaning import Cleaning
from isogloss.data.vectors import Matrix

VERSION = 4  # of the entries and of the rules that made them; a new number leaves the old entries unused
SETTLED = 2_000_000_000  # nanoseconds since the last change; FAT, the coarsest clock, ticks every two seconds
MATRIX, WORDS, ABOUT = "matrix.npy", "words.json", "about.json"
LEMMAS = "lemmas"  # folder of indices of base forms (kg.query.lemma_index), a file for each language
ENCODED = "encoded"  # folder of what encoders say of words (data.encoders.words), a file for each
HASHES = "hashes"  # folder of the hashes of files
OBJECT = re.compile("[0-9a-f]{64}")  # the name of such a folder
KEY, FILE = re.compile("[0-9a-f]{32}"), re.compile(r"\.?[0-9a-f]{32}\.")  # names that are ours, of folders and files
OBJECTS = "objects"  # folder of files from object stores (data.sources.object_store), each in one named by its hash


@dataclass(frozen=True, eq=False)
class Parsed:
    """What a file of vectors came to: words, matrix of shape ``(n, d)``, and what became of its rows.

    ``spellings`` are those of ``words`` in the file, where they differ for any.
    """

    words: tuple[str, ...]
    spellings: tuple[str, ...]
    matrix: Matrix
    rows: int
    collisions: int
    repeated: int
    has_subwords: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One entry as ``isogloss data cache`` lists it; ``size`` is in bytes."""

    key: str
    path: str
    words: int
    dimensions: int
    size: int


class Cache:
    """Parsed vectors in a folder of their own; several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, key: str, path: Path) -> Parsed | None:
        """The entry ``key``, with its matrix mapped from the disk; ``None`` where it is missing or damaged."""
        place = self.folder / key
        try:
            about = orjson.loads((place / ABOUT).read_bytes())
            if about["version"] != VERSION or any(_stamp(place / name) != about[name] for name in (MATRIX, WORDS)):
                return None
            words, spellings = map(tuple, orjson.loads((place / WORDS).read_bytes()))
            # Copy on write: who changes the matrix changes a copy, never the file.
            matrix = np.asarray(np.load(place / MATRIX, mmap_mode="c", allow_pickle=False))
            if matrix.shape != (len(words), about["dimensions"]) or matrix.dtype != np.float32:
                return None
            warnings = tuple(text.replace(about["path"], str(path), 1) for text in about["warnings"])
            counts = {name: int(about[name]) for name in ("rows", "collisions", "repeated")}
            return Parsed(
                words, spellings, matrix, has_subwords=bool(about["has_subwords"]), warnings=warnings, **counts
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError):
            return None

    def keep(self, key: str, path: Path, parsed: Parsed) -> None:
        """Write the entry ``key``, whole or not at all.

        Raises:
            OutputError: The folder cannot be written.
        """
        with replacing_folder(self.folder / key) as place:
            save_array(place / MATRIX, parsed.matrix)
            (place / WORDS).write_bytes(orjson.dumps([parsed.words, parsed.spellings]))
            about = asdict(Entry(key, str(path), len(parsed.words), int(parsed.matrix.shape[1]), 0)) | {
                "version": VERSION,
                "rows": parsed.rows,
                "collisions": parsed.collisions,
                "repeated": parsed.repeated,
                "has_subwords": parsed.has_subwords,
                "warnings": parsed.warnings,
                MATRIX: _stamp(place / MATRIX),
                WORDS: _stamp(place / WORDS),
            }
            (place / ABOUT).write_bytes(orjson.dumps(about))

    def hash_of(self, path: Path) -> str:
        """The SHA-256 of a file or folder, remembered for as long as size, time and inode stay the same."""
        stamp = _stamps(path)
        memory = self.folder / HASHES / f"{hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:32]}.json"
        with suppress(OSError, ValueError, KeyError, TypeError):
            remembered = orjson.loads(memory.read_bytes())
            if remembered["stamp"] == stamp and len(remembered["sha256"]) == 64:
                return str(remembered["sha256"])
        sha256 = content_hash(path)
        newest = max((times[1] for times in stamp.values()), default=0)
        if _stamps(path) == stamp and time.time_ns() - newest > SETTLED:
            with suppress(OutputError), replacing(memory) as part:
                part.write_bytes(orjson.dumps({"path": str(path.absolute()), "stamp": stamp, "sha256": sha256}))
        return sha256

    def entries(self) -> Iterator[Entry]:
        """Every entry, by the name of its file."""
        entries = []
        for about in self.folder.glob(f"*/{ABOUT}"):
            with suppress(OSError, ValueError, KeyError, TypeError):
                values: dict[str, Any] = orjson.loads(about.read_bytes())
                size = sum(file.stat().st_size for file in about.parent.iterdir())
                counts = int(values["words"]), int(values["dimensions"])
                entries.append(Entry(about.parent.name, str(values["path"]), *counts, size))
        yield from sorted(entries, key=lambda entry: (entry.path, entry.key))

    def clear(self) -> int:
        """Remove every entry; returns how many bytes that freed. Nothing else in the folder is touched."""
        freed = 0
        for about in self.folder.glob(f"*/{ABOUT}"):
            names = {file.name for file in about.parent.iterdir()}
            if KEY.fullmatch(about.parent.name) and names <= {ABOUT, MATRIX, WORDS, MARK}:  # else somebody else's
                freed += sum(file.stat().st_size for file in about.parent.iterdir())
                shutil.rmtree(about.parent, ignore_errors=True)
        for folder in (self.folder / HASHES, self.folder / ENCODED, self.folder / LEMMAS):
            with suppress(OSError):  # there is none, or it holds what is somebody else's, too
                for file in folder.iterdir():
                    if FILE.match(file.name) and file.is_file():
                        freed += file.stat().st_size
                        file.unlink()
                folder.rmdir()
        objects = self.folder / OBJECTS
        for place in objects.iterdir() if objects.is_dir() else ():
            if (
                OBJECT.fullmatch(place.name)
                and place.is_dir()
                and {file.name for file in place.iterdir()} <= _marked(place)
            ):
                freed += sum(file.stat().st_size for file in place.iterdir())
                shutil.rmtree(place, ignore_errors=True)
        with suppress(OSError):  # there is none, or it holds what is somebody else's, too
            objects.rmdir()
        return freed


def entry_key(kind: str, sha256: str, language: str, cleaning: Cleaning, words_sha256: str | None) -> str:
    """The name of the entry for a file of this content, read with these options."""
    options = [VERSION, kind, sha256, language, *astuple(cleaning), words_sha256]
    return hashlib.sha256(orjson.dumps(options)).hexdigest()[:32]


def _marked(folder: Path) -> set[str]:
    """The names of the files that a folder was written with, and that of their list."""
    with suppress(OSError):
        return {MARK, *(folder / MARK).read_text("utf-8").splitlines()}
    return set()


def content_hash(path: Path) -> str:
    """SHA-256 of a file; of a folder, that of the names and hashes of its files."""
    if path.is_file():
        return file_hash(path)
    listing = [(str(file.relative_to(path)), file_hash(file)) for file in _files(path)]
    return hashlib.sha256(orjson.dumps(listing)).hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _stamps(path: Path) -> dict[str, list[int]]:
    return {str(file): _stamp(file) for file in ([path] if path.is_file() else _files(path))}


def _stamp(file: Path) -> list[int]:
    """What changes when a file is written: size, time and inode."""
    status = file.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ino]
