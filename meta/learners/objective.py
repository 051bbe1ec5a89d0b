"""Losses that know their own slope: a head can then be adapted for many tasks in one product."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Objective:
    """A loss over examples, and its derivative with respect to the model's output.

    ``each`` gives the loss of every example, with all dimensions of the output but the last; ``slope`` the derivative
    of that loss with respect to the example's outputs, in the output's shape. Called, it is the mean over examples.
    """

    per_example: Callable[[Tensor, Tensor], Tensor]
    slope: Callable[[Tensor, Tensor], Tensor]

    def __call__(self, output: Tensor, truth: Tensor) -> Tensor:
        """The mean loss, a scalar."""
        return self.per_example(output, truth).mean()


def cross_entropy(output: Tensor, truth: Tensor) -> Tensor:
    """``-Σ truth · log softmax(output)``, shapes ``(..., classes)``; ``truth`` may be any distribution."""
    return -(truth * torch.log_softmax(output, dim=-1)).sum(dim=-1)


def cross_entropy_slope(output: Tensor, truth: Tensor) -> Tensor:
    """The derivative of ``cross_entropy``."""
    return torch.softmax(output, dim=-1) * truth.sum(dim=-1, keepdim=True) - truth


CLASSES = Objective(cross_entropy, cross_entropy_slope)
