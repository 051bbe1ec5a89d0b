"""Gradient descent as a function of parameters: the inner loop of meta-learning, differentiable through its steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

Parameters = Mapping[str, Tensor]
Update = Callable[[str, Tensor, Tensor], Tensor]
"""The next value of the named parameter, from its value and its gradient, both of its shape."""


def descended(
    objective: Callable[[Parameters], Tensor], start: Parameters, steps: int, update: Update, *, second_order: bool
) -> Parameters:
    """The parameters after ``steps`` of gradient descent from ``start`` (inner loop of MAML; Finn et al., 2017).

    Nothing happens in place: ``start`` stays, and every step makes new tensors. They stay differentiable with respect
    to ``start`` as far as ``update`` is. Parameters that the loss does not use have a gradient of zeros.

    Args:
        objective: From parameters to a scalar loss.
        start: Named tensors that require gradients, of any shapes.
        steps: Steps of gradient descent.
        update: Makes a step of one parameter.
        second_order: Whether gradients can be differentiated in their turn.
    """
    parameters = start
    for _ in range(steps):
        loss = objective(parameters)
        gradients = torch.autograd.grad(
            loss, list(parameters.values()), create_graph=second_order, allow_unused=True, materialize_grads=True
        )
        parameters = {
            name: update(name, value, gradient)
            for (name, value), gradient in zip(parameters.items(), gradients, strict=True)
        }
    return parameters
