"""Writes vectors so that other programs, and ``read_vectors``, can open them."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import numpy as np
import orjson

from isogloss.data.errors import OutputError, shown
from isogloss.data.progress import Progress, silent
from isogloss.data.storage import refuse_to_overwrite, replacing
from isogloss.data.tensors import save_array, save_arrays
from isogloss.data.vectors import Matrix, Vectors

ROWS = 2_000  # written at a time; round number
SUFFIXES = (".vec", ".txt", ".vec.gz", ".txt.gz", ".npy", ".safetensors")
BLANK = re.compile(r"[\t\r\n\v\f\0]|^ | $|^$")  # what separates or ends words in a text file
NO_BREAK = "\u00a0"  # stands for a blank inside a word, so that other programs find the numbers; read as a blank


def write_vectors(vectors: Vectors, path: Path | str, *, force: bool = False, progress: Progress = silent) -> None:
    """Write ``vectors`` as the suffix of ``path`` says, whole or not at all.

    ``.vec`` and ``.txt`` are text with a header, each number in the fewest digits that give back the same float32, a
    blank inside a word as a no-break space (``.gz`` after them compresses); ``.safetensors`` holds words and matrix;
    ``.npy`` the matrix, with the words one a line in ``.words`` beside it.
    ``force`` overwrites existing output; ``progress`` watches the rows.

    Raises:
        OutputError: The suffix is unknown, ``path`` exists, or a word cannot be written in this format.
    """
    path = Path(path)
    write = _writer(path)
    refuse_to_overwrite(path, force, folder=False)
    if not np.isfinite(vectors.matrix).all():
        raise OutputError(f"{path}: the vectors have infinite or undefined values; nothing was written")
    write(vectors, path, force, progress)


def _writer(path: Path) -> Callable[[Vectors, Path, bool, Progress], None]:
    suffix = "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix
    writers = {".npy": _write_npy, ".safetensors": _write_safetensors}
    if suffix not in SUFFIXES:
        raise OutputError(f"{path}: unknown format {suffix!r}, expected one of {', '.join(SUFFIXES)}")
    return writers.get(suffix, _write_text)


def _write_text(vectors: Vectors, path: Path, force: bool, progress: Progress) -> None:
    _refuse_blanks(vectors.words, path)
    with replacing(path, force=force) as part, _stream(part, path) as stream:
        stream.write(b"%d %d\n" % vectors.matrix.shape)
        starts = range(0, len(vectors), ROWS)
        for start in progress(starts, f"Writing {path.name}", len(starts)):
            words = vectors.words[start : start + ROWS]
            rows = zip(
                (word.replace(" ", NO_BREAK) for word in words),
                _numbers(vectors.matrix[start : start + ROWS]),
                strict=True,
            )
            stream.write(b"".join(b"%b %b\n" % (word.encode(), row) for word, row in rows))


@contextmanager
def _stream(part: Path, path: Path) -> Iterator[IO[bytes]]:
    with part.open("wb") as raw:
        if path.suffix != ".gz":
            yield raw
            return
        # No name and no time inside: the same vectors give the same bytes.
        with gzip.GzipFile("", "wb", compresslevel=1, fileobj=raw, mtime=0) as stream:
            yield cast("IO[bytes]", stream)


def _numbers(matrix: Matrix) -> Iterator[bytes]:
    """The numbers of each row, blanks between them."""
    written = orjson.dumps(np.ascontiguousarray(matrix, np.float32), option=orjson.OPT_SERIALIZE_NUMPY)
    return iter(written[2:-2].replace(b"],[", b"\n").replace(b",", b" ").split(b"\n"))


def _write_npy(vectors: Vectors, path: Path, force: bool, progress: Progress) -> None:
    beside = path.with_suffix(".words")
    refuse_to_overwrite(beside, force, folder=False)
    _refuse_line_ends(vectors.words, path)
    with replacing(beside, force=force) as words, replacing(path, force=force) as part:  # one right after the other
        for matrix in progress([vectors.matrix], f"Writing {path.name}", 1):
            words.write_text("".join(f"{word}\n" for word in vectors.words), "utf-8", newline="\n")
            save_array(part, matrix)


def _write_safetensors(vectors: Vectors, path: Path, force: bool, progress: Progress) -> None:
    about = {"words": json.dumps(vectors.words, ensure_ascii=False), "language": vectors.language}
    with replacing(path, force=force) as part:
        for matrix in progress([vectors.matrix], f"Writing {path.name}", 1):
            save_arrays(part, {"vectors": np.ascontiguousarray(matrix, np.float32)}, about)


def _refuse_blanks(words: tuple[str, ...], path: Path) -> None:
    """Words that a text file would give back in pieces."""
    if blank := [word for word in words if BLANK.search(word)]:
        found = f"{len(blank):,} words are empty or contain spaces ({shown(blank, 3)})"
        raise OutputError(f"{path}: {found}, which a text file cannot hold; write .safetensors instead")


def _refuse_line_ends(words: tuple[str, ...], path: Path) -> None:
    if broken := [word for word in words if "\n" in word or not word or word.endswith("\r")]:
        found = f"{len(broken):,} words are empty or contain line ends ({shown(broken, 3)})"
        raise OutputError(f"{path}: {found}, which a word list cannot hold; write .safetensors instead")
