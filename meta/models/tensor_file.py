"""Trained things on disk: named tensors in one safetensors file, with a description in JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from isogloss.data import tensors as data_tensors
from isogloss.data.compute import as_tensor
from isogloss.data.errors import CheckpointError, FormatError, unforeseen_as


class TensorFile(NamedTuple):
    """What a file holds."""

    path: Path
    described: dict[str, Any]
    tensors: dict[str, Tensor]


def read_tensors(place: Path, name: str, *, contents: str, remedy: str, unbounded: tuple[str, ...] = ()) -> TensorFile:
    """Read the file ``place``, or ``name`` in the folder ``place``.

    Args:
        place: A file or a folder.
        name: The file's name in a folder.
        contents: For messages: "a prior".
        remedy: For messages: how to make one.
        unbounded: Endings of the names of tensors that may hold infinite values or none.

    Raises:
        CheckpointError: It is not there, damaged, changed since it was written, or holds numbers that are not finite.
    """
    path = place / name if place.is_dir() else place
    if not path.is_file():
        raise CheckpointError(f"{path}: found no file, expected {contents}; make one with: {remedy}")
    try:
        expected = f"{contents}, undamaged; make it again with: {remedy}"
        arrays, metadata = data_tensors.read_tensors(path, expected=expected, unbounded=unbounded)
        described = json.loads(metadata.get("isogloss", "{}"))
        tensors = {key: as_tensor(array) for key, array in arrays.items()}
    except FormatError as error:
        raise CheckpointError(str(error)) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise CheckpointError(
            f"{path}: found a damaged file ({error}), expected {contents}, undamaged; make it again with: {remedy}"
        ) from error
    return TensorFile(path, described if isinstance(described, dict) else {}, tensors)


def write_tensors(path: Path, tensors: Mapping[str, Tensor], described: Mapping[str, Any]) -> None:
    """Write the file that ``read_tensors`` reads.

    Raises:
        CheckpointError: A tensor is of a type that numpy does not have.
    """
    odd = [name for name, tensor in tensors.items() if tensor.dtype == torch.bfloat16]
    if odd:
        raise CheckpointError(f"{path}: found bfloat16 in {odd[0]!r}, expected float32 or float16; convert it first")
    arrays = {name: tensor.detach().cpu().contiguous().numpy() for name, tensor in tensors.items()}
    data_tensors.write_tensors(path, arrays, {"isogloss": json.dumps(described)})


def check_shapes(make: Callable[[], nn.Module], weights: Mapping[str, Tensor]) -> None:
    """Compare ``weights`` with the parameters of the network that ``make`` builds, without memory for it.

    Raises:
        ValueError: One is missing, or of another shape or type.
    """
    with torch.device("meta"):
        wanted = {name: _kind(parameter) for name, parameter in make().named_parameters()}
    shapes = {name: _kind(tensor) for name, tensor in weights.items() if name in wanted}
    if shapes != wanted:
        raise ValueError(f"weights of {shapes} for a network of {wanted}")


def _kind(tensor: Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')} {tuple(tensor.shape)}"


def loaded(path: Path, contents: str, remedy: str) -> AbstractContextManager[None]:
    """Within the block, whatever is missing or invalid in the description of ``path`` is a ``CheckpointError``."""
    expected = f"expected {contents}; make it again with: {remedy}"
    return unforeseen_as(
        lambda reason: CheckpointError(f"{path}: missing, unknown or invalid parts ({reason}), {expected}")
    )
