"""A model that was changed since it was written, or whose numbers are not finite, is not used."""

from __future__ import annotations

import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from isogloss.data.errors import FormatError
from isogloss.data.tensors import read_tensors, save_array, save_arrays, write_tensors

ARRAYS: dict[str, np.ndarray[Any, Any]] = {
    "a": np.arange(6, dtype=np.float32).reshape(2, 3),
    "n": np.array([3], np.int32),
    "e": np.zeros((0, 4)),
    "one": np.array(2.5),
}


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_tensors(tmp_path / "x", ARRAYS, {"format": "é"})
    arrays, metadata = read_tensors(tmp_path / "x", expected="it")
    assert metadata == {"format": "é"}
    assert {name: array.tolist() for name, array in arrays.items()} == {name: a.tolist() for name, a in ARRAYS.items()}


def test_any_flipped_bit_is_noticed(tmp_path: Path) -> None:
    write_tensors(tmp_path / "x", ARRAYS, {"format": "some format"})
    content = (tmp_path / "x").read_bytes()
    unnoticed = []
    for place in range(8, len(content)):
        for bit in (0, 5):
            (tmp_path / "x").write_bytes(content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :])
            try:
                read_tensors(tmp_path / "x", expected="it")
            except FormatError:
                continue
            unnoticed.append(place)
    # What is left is the name of the digest itself, and blanks that pad the description.
    name = re.search(b'"sha256"', content)
    assert name is not None
    assert {content[place : place + 1] for place in unnoticed if not name.start() < place < name.end()} <= {b" "}


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused_also_without_a_digest(tmp_path: Path, value: float) -> None:
    arrays = {"a": np.array([1, value], np.float32)}
    save_file(arrays, tmp_path / "old")
    write_tensors(tmp_path / "new", arrays, {})
    for name in ("old", "new"):
        with pytest.raises(FormatError, match="numbers that are not finite in 'a', expected a model"):
            read_tensors(tmp_path / name, expected="a model")
        assert read_tensors(tmp_path / name, expected="a model", unbounded=("a",))[0]["a"][0] == 1


def test_a_file_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    save_file({"a": ARRAYS["a"]}, tmp_path / "x", {"format": "old"})
    assert read_tensors(tmp_path / "x", expected="it")[1] == {"format": "old"}


@contextmanager
def full_after(size: int) -> Iterator[None]:
    """No file may grow beyond ``size`` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("rows", [300, 5000])  # numpy itself does not tell of the first
def test_a_full_disk_is_told(tmp_path: Path, rows: int) -> None:
    array = np.ones(rows, np.float32)
    for write in (save_array, lambda path, it: save_arrays(path, {"a": it}, {})):
        with full_after(1000), pytest.raises(OSError, match="File too large"):
            write(tmp_path / "x", array)


def test_an_array_comes_back_as_it_was(tmp_path: Path) -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    for written in (array, array.T):
        save_array(tmp_path / "x.npy", written)
        assert (np.load(tmp_path / "x.npy") == written).all()
