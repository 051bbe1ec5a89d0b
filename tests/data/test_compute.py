"""Sums that do not depend on where an array lies in memory."""

from __future__ import annotations

import numpy as np
import pytest

from isogloss.data.compute import ALIGNMENT, as_tensor
from isogloss.data.vectors import Matrix


def beginning_at(values: Matrix, offset: int) -> Matrix:
    """A copy that begins ``offset`` bytes after a multiple of the alignment."""
    memory = np.empty(values.nbytes + 2 * ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT + offset
    placed = memory[start : start + values.nbytes].view(values.dtype).reshape(values.shape)
    placed[:] = values
    return placed


@pytest.mark.parametrize("offset", [0, 4, 16, 32, 48])
def test_a_product_is_the_same_wherever_its_factors_lie(offset: int) -> None:
    values = np.random.default_rng(0).standard_normal((700, 301)).astype(np.float32)
    tensor = as_tensor(beginning_at(values, offset))
    assert tensor.data_ptr() % ALIGNMENT == 0
    assert (tensor @ as_tensor(beginning_at(values[0], offset))).equal(as_tensor(values) @ as_tensor(values[0].copy()))


def test_an_aligned_array_is_not_copied() -> None:
    aligned = beginning_at(np.ones((3, 4), np.float32), 0)
    assert as_tensor(aligned).data_ptr() == aligned.ctypes.data
