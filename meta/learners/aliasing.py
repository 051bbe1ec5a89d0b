"""Whether two sets of parameters are the same memory, the mistake behind updates that update nothing."""

from __future__ import annotations

from isogloss.meta.learners.weights import Weights


def shares_storage(a: Weights, b: Weights) -> bool:
    """Whether some tensor of ``a`` and some tensor of ``b`` lie in the same memory, views included.

    ``model.state_dict()`` shares its storage with ``model``: changing one changes the other.
    """
    return bool(_storages(a) & _storages(b))


def _storages(weights: Weights) -> set[int]:
    return {tensor.untyped_storage().data_ptr() for tensor in weights.values() if tensor.numel()}
