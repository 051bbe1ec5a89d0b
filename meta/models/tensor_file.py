"""Trained things on disk: named tensors in one safetensors file, with a description in JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from torch import Tensor

from isogloss.data.errors import CheckpointError


class TensorFile(NamedTuple):
    """What a file holds."""

    path: Path
    described: dict[str, Any]
    tensors: dict[str, Tensor]


def read_tensors(place: Path, name: str, *, what: str, remedy: str) -> TensorFile:
    """Read the file ``place``, or ``name`` in the folder ``place``.

    Args:
        place: A file or a folder.
        name: The file's name in a folder.
        what: For messages: "a prior".
        remedy: For messages: how to make one.

    Raises:
        CheckpointError: It is not there, or damaged.
    """
    from safetensors import SafetensorError, safe_open

    path = place / name if place.is_dir() else place
    if not path.is_file():
        raise CheckpointError(f"{path}: found no file, expected {what}; make one with: {remedy}")
    try:
        with safe_open(path, framework="pt") as file:
            described = json.loads((file.metadata() or {}).get("isogloss", "{}"))
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a mapping)
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(
            f"{path}: found a damaged file ({error}), expected {what}, whole; make it again with: {remedy}"
        ) from error
    return TensorFile(path, described if isinstance(described, dict) else {}, tensors)
