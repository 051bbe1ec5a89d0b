"""Vectors as an array: ``.npy``, ``.npz`` and safetensors, with the words inside or in a file beside."""

from __future__ import annotations

import json
import re
import tokenize
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isogloss.data.errors import FormatError
from isogloss.data.limits import refuse_bomb
from isogloss.data.lines import blocks
from isogloss.data.progress import Progress
from isogloss.data.vector_formats import RawVectors
from isogloss.data.vectors import Matrix

NPY = b"\x93NUMPY"
BESIDE = (".words", ".vocab", ".txt")  # where the words of an array are looked for
TENSOR = "vectors"
COUNTED = 3  # lines from which numbers after a blank are counts; round number
_COUNT = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)


def matches(path: Path) -> bool:
    """Whether ``path`` begins as ``.npy`` or as safetensors (a header length, then JSON), or is an ``.npz`` archive."""
    return path.is_file() and (_is_npy(path) or _is_safetensors(path) or is_npz(path))


def is_npz(path: Path) -> bool:
    """Whether ``path`` is an archive of arrays, as ``numpy.savez`` writes it."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False
    return bool(names) and all(name.endswith(".npy") for name in names)


def read(path: Path, *, max_vocab: int | None, progress: Progress, words: Sequence[str] | None) -> RawVectors:  # noqa: ARG001 (VectorFormat)
    """The matrix of ``path`` (memory-mapped where it is float32 already) and its words.

    Raises:
        FormatError: The array is not two-dimensional or has another number of rows than words.
    """
    load = _npy if _is_npy(path) else _safetensors if _is_safetensors(path) else _npz
    array, own = load(path)
    vocabulary = words if words is not None else own
    if vocabulary is None:
        vocabulary = _words_beside(path) if _is_matrix(array) else ()
    return RawVectors(list(vocabulary), checked(path, array, len(vocabulary)), lines=np.arange(1, len(vocabulary) + 1))


def checked(place: Path | str, array: NDArray[Any], words: int) -> Matrix:
    """``array`` as a float32 matrix of ``words`` rows.

    Args:
        place: Where it came from, for the message.
        array: Shape ``(words, d)``, any numbers.
        words: How many rows there should be.

    Raises:
        FormatError: The array is not two-dimensional or has another number of rows.
    """
    if not _is_matrix(array):
        found = f"an array of shape {array.shape} and type {array.dtype}"
        raise FormatError.at(place, None, found, "a matrix of numbers, one row per word")
    if words != len(array):
        raise FormatError.at(place, None, f"{len(array):,} rows for {words:,} words", "one row per word")
    return _float32(array)


def _is_matrix(array: NDArray[Any]) -> bool:
    return array.ndim == 2 and 0 not in array.shape and array.dtype.kind in "fiu"


def read_words(path: Path) -> list[str]:
    """A list of words, one a line.

    Raises:
        FormatError: A line is empty or not UTF-8.
    """
    words = []
    for block in blocks(path):
        for line, text in enumerate(block.lines, block.first):
            try:
                word = text.removesuffix(b"\r").decode()
            except UnicodeDecodeError as error:
                raise FormatError.at(path, line, f"bytes {text[:40]!r}", "a word in UTF-8") from error
            if not word:
                raise FormatError.at(path, line, "an empty line", "one word on each line")
            words.append(word)
    if not words:
        raise FormatError.at(path, None, "an empty file", "one word on each line")
    return _without_counts(words)


def _without_counts(lines: list[str]) -> list[str]:
    """The words of lines such as ``the⇥1061396``, as vocabularies have them with counts or scores.

    After a blank the number may be a part of the word, as in a few lines, or where the words would be the same without
    it (*type 1*, *type 2*).
    """
    pairs = [line.rsplit(maxsplit=1) for line in lines]
    if not all(len(pair) == 2 and _COUNT.fullmatch(pair[1]) for pair in pairs):
        return lines
    words = [word for word, _ in pairs]
    separate = all("\t" in line for line in lines)
    return words if separate or len(set(words)) == len(words) >= COUNTED else lines


def _is_npy(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(NPY)) == NPY


def _is_safetensors(path: Path) -> bool:
    with path.open("rb") as stream:
        start = stream.read(9)
    return len(start) == 9 and start[8:] == b"{" and int.from_bytes(start[:8], "little") < 100_000_000


def _npy(path: Path) -> tuple[NDArray[Any], None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that a file written by Python 2 takes longer to open
            # Copy on write: who changes the matrix changes a copy, never the file.
            return np.asarray(np.load(path, mmap_mode="c", allow_pickle=False)), None
    except (ValueError, OSError, EOFError, SyntaxError, tokenize.TokenError, OverflowError, MemoryError) as error:
        raise FormatError.at(
            path, None, f"a damaged .npy file ({error})", "a complete one; write or fetch it again"
        ) from error


def _npz(path: Path) -> tuple[NDArray[Any], list[str] | None]:
    """The one matrix of numbers, and the one list of texts as its words."""
    try:
        with zipfile.ZipFile(path) as members:
            refuse_bomb(path, path.stat().st_size, sum(member.file_size for member in members.infolist()))
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        if "allow_pickle" in str(error):
            found, expected = "words that were saved as Python objects", "texts; save np.array(words, dtype=str)"
            raise FormatError.at(path, None, found, expected) from error
        raise FormatError.at(path, None, f"a damaged .npz file ({error})", "a complete one; write it again") from error
    name = _tensor_name(path, {name: array.ndim for name, array in arrays.items()})
    texts = [array for array in arrays.values() if array.ndim == 1 and array.dtype.kind in "US"]
    return arrays[name], [_text(path, word) for word in texts[0].tolist()] if len(texts) == 1 else None


def _text(path: Path, word: str | bytes) -> str:
    try:
        return word if isinstance(word, str) else word.decode()
    except UnicodeDecodeError as error:
        raise FormatError.at(path, None, f"bytes {word[:40]!r}", "words in UTF-8") from error


def _safetensors(path: Path) -> tuple[NDArray[Any], list[str] | None]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            name = _tensor_name(path, {name: len(file.get_slice(name).get_shape()) for name in file.keys()})  # noqa: SIM118
            return file.get_tensor(name), _words_inside(path, file.metadata())
    except (SafetensorError, TypeError) as error:  # TypeError: a type that numpy does not have, such as bfloat16
        found = f"a safetensors file that cannot be read ({error})"
        raise FormatError.at(path, None, found, "a complete one of float32 or float16") from error


def _tensor_name(path: Path, axes: dict[str, int]) -> str:
    matrices = [name for name, count in axes.items() if count == 2]
    if TENSOR in matrices:
        return TENSOR
    if len(matrices) != 1:
        found = f"{len(matrices)} two-dimensional arrays ({', '.join(sorted(axes))})"
        raise FormatError.at(path, None, found, f"one, or one named {TENSOR!r}")
    return matrices[0]


def _words_inside(path: Path, metadata: dict[str, str] | None) -> list[str] | None:
    if not metadata or "words" not in metadata:
        return None
    try:
        words = json.loads(metadata["words"])
    except ValueError as error:
        raise FormatError.at(path, None, f"metadata 'words' that is not JSON ({error})", "a list of words") from error
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise FormatError.at(path, None, "metadata 'words' with something else than words", "a list of words")
    return words


def _words_beside(path: Path) -> list[str]:
    for suffix in BESIDE:
        for beside in (path.with_suffix(suffix), path.with_name(path.name + suffix)):
            if beside.is_file():
                return read_words(beside)
    expected = f"them in {path.with_suffix(BESIDE[0]).name} beside it, one a line, or a word list with --words"
    raise FormatError.at(path, None, "no words for the rows", expected)


def _float32(array: NDArray[Any]) -> Matrix:
    with np.errstate(over="ignore"):  # what does not fit becomes infinite, and is left out later
        return array if array.dtype == np.float32 else np.asarray(array, dtype=np.float32)
