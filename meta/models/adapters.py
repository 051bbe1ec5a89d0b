"""Low-rank adapters: the inner loop moves a few numbers beside frozen weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize


class LowRank(nn.Module):
    """``weight + scale * B A``; ``A`` has the shape ``(rank, inputs)``, ``B`` ``(outputs, rank)`` and begins at 0."""

    def __init__(self, outputs: int, inputs: int, rank: int, scale: float, generator: torch.Generator | None) -> None:
        super().__init__()
        self.scale = scale
        self.a = nn.Parameter(torch.randn(rank, inputs, generator=generator) / inputs**0.5)
        self.b = nn.Parameter(torch.zeros(outputs, rank))

    def forward(self, weight: Tensor) -> Tensor:
        """The adapted weight."""
        return weight + self.scale * (self.b @ self.a)


def with_adapters(
    model: nn.Module, rank: int = 4, *, scale: float = 1.0, generator: torch.Generator | None = None
) -> nn.Module:
    """``model`` itself, frozen, with a low-rank adapter on every linear layer (LoRA; Hu et al., 2022).

    Only the adapters have gradients, so any learner moves them alone. At first the model computes what it did.

    Args:
        model: Any module with ``nn.Linear`` layers; it is changed in place.
        rank: Rank of the adapters.
        scale: Factor of their product.
        generator: Source of the first values.

    Raises:
        ValueError: The model has no linear layer, or ``rank`` is not positive.
    """
    layers = [module for module in model.modules() if isinstance(module, nn.Linear)]
    if not layers or rank < 1:
        raise ValueError(f"{len(layers)} linear layers and rank {rank}, expected at least one of each")
    model.requires_grad_(requires_grad=False)
    for layer in layers:
        outputs, inputs = layer.weight.shape
        adapter = LowRank(outputs, inputs, rank, scale, generator).to(layer.weight)
        parametrize.register_parametrization(layer, "weight", adapter)
    return model
