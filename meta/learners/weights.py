"""Parameters as explicit dictionaries: shared ones (φ) and adapted ones (θ) are different tensors by construction."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

Weights = Mapping[str, Tensor]


def weights_of(module: nn.Module) -> dict[str, Tensor]:
    """A copy of the parameters of ``module`` that shares no storage with it (``state_dict()`` does).

    Frozen parameters (``requires_grad=False``) are left out: no learner moves them.
    """
    return copied({name: value for name, value in module.named_parameters() if value.requires_grad})


def copied(weights: Weights) -> dict[str, Tensor]:
    """The same numbers in tensors of their own, outside any graph of gradients."""
    return {name: weight.detach().clone() for name, weight in weights.items()}


def leaves(weights: Weights) -> dict[str, Tensor]:
    """A copy to differentiate with respect to."""
    return {name: weight.requires_grad_() for name, weight in copied(weights).items()}


def moved(weights: Weights, offset: Weights) -> Weights:
    """``weights`` with ``offset`` added to those it names."""
    return {**weights, **{name: weights[name] + change for name, change in offset.items()}} if offset else weights


def squared_distance(weights: Weights, other: Weights) -> Tensor:
    """``‖weights - other‖²`` over all parameters: the proximal term (Rajeswaran et al., 2019)."""
    return torch.stack([(weight - other[name]).square().sum() for name, weight in weights.items()]).sum()
