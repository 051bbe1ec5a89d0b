"""Named arrays in a safetensors file, with a digest of all that is in it.

A bit that flips on a disk, a copy that was cut and patched or weights that a training blew up would otherwise be used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isogloss.data.errors import FormatError

Arrays = Mapping[str, NDArray[Any]]
DIGEST = "sha256"  # its key in the metadata; files of earlier versions have none


def write_tensors(path: Path, arrays: Arrays, metadata: Mapping[str, str]) -> None:
    """Write ``path``; the digest joins ``metadata``."""
    contiguous = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    save_arrays(path, contiguous, {**metadata, DIGEST: _digest(contiguous, metadata)})
    _sort_metadata(path)


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Write ``path`` as ``numpy.save`` does, which itself does not tell where a disk is full.

    Raises:
        OSError: It cannot be written.
    """
    with path.open("wb") as stream:
        np.save(SimpleNamespace(write=stream.write), array, allow_pickle=False)


def save_arrays(path: Path, arrays: Arrays, metadata: Mapping[str, str]) -> None:
    """Write ``path`` as safetensors.

    Raises:
        OSError: It cannot be written; the library has an error of its own for that.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    try:
        save_file(dict(arrays), path, metadata=dict(metadata))
    except SafetensorError as error:
        raise OSError(str(error)) from error


def _sort_metadata(path: Path) -> None:
    """Put the metadata in alphabetical order, so that the same content has the same bytes: safetensors shuffles it."""
    with path.open("r+b") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
        header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
        text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
        if len(text) <= size:
            file.seek(8)
            file.write(text.ljust(size))


def read_tensors(
    path: Path, *, expected: str, unbounded: tuple[str, ...] = ()
) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """The arrays of ``path`` and its metadata.

    Args:
        path: A file that ``write_tensors`` made, or an older one without a digest.
        expected: For messages: what it should hold, and how to make it again.
        unbounded: Endings of the names of arrays that may hold infinite values.

    Raises:
        FormatError: It is missing, cut off or changed since it was written, or holds numbers that are not finite.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            metadata = dict(file.metadata() or {})
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise FormatError.at(path, None, f"a damaged file ({error})", expected) from error
    written = metadata.pop(DIGEST, None)
    if written is not None and written != _digest(arrays, metadata):
        raise FormatError.at(path, None, "content that has changed since the file was written", expected)
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not name.endswith(unbounded or "\0") and not np.isfinite(array).all():
            raise FormatError.at(path, None, f"numbers that are not finite in {name!r}", expected)
    return arrays, metadata


def _digest(arrays: Arrays, metadata: Mapping[str, str]) -> str:
    """SHA-256 of names, types, shapes and numbers, and of the metadata."""
    digest = hashlib.sha256(repr(sorted(metadata.items())).encode("utf-8", "surrogatepass"))
    for name, array in sorted(arrays.items()):
        digest.update(repr((name, array.dtype.str, array.shape)).encode("utf-8", "surrogatepass"))
        digest.update(np.ascontiguousarray(array).data)  # whose shape may be another than that of one number
    return digest.hexdigest()
