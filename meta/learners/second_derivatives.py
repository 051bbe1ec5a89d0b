"""Second derivatives of modules whose fast kernels in PyTorch have none: attention and bags of embeddings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.overrides import TorchFunctionMode


@contextmanager
def twice_differentiable(model: nn.Module) -> Iterator[None]:
    """Within the block, ``model`` computes attention and bags of embeddings by operations with a second derivative.

    They give the same numbers but for rounding. ``EmbeddingBag(mode="max")`` has no second derivative still.
    """
    bags = any(isinstance(module, nn.EmbeddingBag) for module in model.modules())
    with sdpa_kernel(SDPBackend.MATH):
        if not bags:
            yield
            return
        with _PlainBags():
            yield


class _PlainBags(TorchFunctionMode):
    """``embedding_bag`` as a lookup and a weighted sum."""

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        if function is functional.embedding_bag:
            result = _bag(*args, **(kwargs or {}))
            if result is not None:
                return result
        return function(*args, **(kwargs or {}))


def _bag(
    input: Tensor,  # noqa: A002 (the names of torch.nn.functional.embedding_bag)
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,  # noqa: ARG001
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,  # noqa: ARG001
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor | None:
    """Sum or mean of embeddings; ``None`` for what only PyTorch's own kernel does."""
    if mode == "max" or max_norm is not None or scale_grad_by_freq:
        return None
    if input.dim() == 2:
        bags, flat = torch.arange(len(input)).repeat_interleave(input.shape[1]), input.reshape(-1)
        count = len(input)
    else:
        assert offsets is not None  # PyTorch refuses a flat input without them
        starts = offsets[:-1] if include_last_offset else offsets
        bags = torch.searchsorted(starts, torch.arange(len(input)), right=True) - 1
        flat, count = input, len(starts)
    shares = torch.ones_like(flat, dtype=weight.dtype)
    if per_sample_weights is not None:
        shares = per_sample_weights.reshape(-1)
    if padding_idx is not None:
        shares = shares * (flat != padding_idx)
    sums = weight.new_zeros(count, weight.shape[1]).index_add(
        0, bags, shares[:, None] * functional.embedding(flat, weight)
    )
    if mode == "sum":
        return sums
    sizes = shares.new_zeros(count).index_add(0, bags, (shares != 0).to(shares.dtype))
    return sums / sizes.clamp_min(1)[:, None]
