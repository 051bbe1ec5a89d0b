"""The inner loop: gradient descent from shared to adapted parameters, never in place, so nothing aliases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call

from isogloss.data.numerics.gradient_descent import descended
from isogloss.meta.learners.weights import Weights, copied, leaves, squared_distance

Loss = Callable[[Tensor, Tensor], Tensor]
TaskLoss = Callable[[Weights], Tensor]  # of parameters; a scalar


class Batch(NamedTuple):
    """Inputs ``x`` of a model and targets ``y`` of its loss, both of shape ``(examples, …)``."""

    x: Tensor
    y: Tensor


def task_loss(model: nn.Module, weights: Weights, loss: Loss, batch: Batch) -> Tensor:
    """The loss of ``model`` on ``batch`` if its parameters were ``weights``.

    The model stays as it is: its frozen parameters are used, its buffers (running means of BatchNorm) are copied.
    """
    buffers = {name: buffer.clone() for name, buffer in model.named_buffers()}
    return loss(functional_call(model, {**buffers, **weights}, (batch.x,)), batch.y)


def adapt(
    objective: TaskLoss, start: Weights, *, steps: int, rate: float, second_order: bool = True, proximity: float = 0.0
) -> Weights:
    """``start`` after ``steps`` of gradient descent on ``objective`` (MAML; Finn et al., 2017).

    The result is made of new tensors. It stays differentiable with respect to ``start`` when ``second_order``.

    Args:
        objective: The loss of a task, or the sum of the losses of several, as a scalar: ``task_loss`` on the support
            set, or ``losses_together``.
        start: Where to start; they must require gradients.
        steps: Steps of gradient descent.
        rate: Their length.
        second_order: Whether to keep the graph through the steps.
        proximity: Weight of half the squared distance to the start (iMAML; Rajeswaran et al., 2019).
    """

    def update(_: str, weight: Tensor, gradient: Tensor) -> Tensor:
        moved = torch.sub(weight, gradient, alpha=rate)
        return moved if second_order else moved.detach().requires_grad_()

    return descended(proximal(objective, start, proximity), start, steps, update, second_order=second_order)


class AdaptsAllWeights:
    """What learners that adapt all parameters by gradient descent share: initialisation and inner loop.

    ``loss`` goes from the output of ``model`` and the targets to a scalar. The inner loop takes ``steps`` of length
    ``rate``; ``proximity`` is the weight of half the squared distance to the start.
    """

    model: nn.Module
    loss: Loss
    steps: int
    rate: float
    proximity: float

    def initial(self, weights: Weights) -> dict[str, Tensor]:
        """The model's parameters."""
        return copied(weights)

    def adapt(self, weights: Weights, support: Batch) -> dict[str, Tensor]:
        """A task's own parameters θ, to first order, as new tensors outside any graph."""
        objective = partial(task_loss, self.model, loss=self.loss, batch=support)
        return copied(self.descent(objective, leaves(weights), second_order=False))

    def descent(self, objective: TaskLoss, start: Weights, *, second_order: bool) -> Weights:
        """The inner loop."""
        steps, rate, proximity = self.steps, self.rate, self.proximity
        return adapt(objective, start, steps=steps, rate=rate, second_order=second_order, proximity=proximity)


def proximal(objective: TaskLoss, start: Weights, proximity: float) -> TaskLoss:
    """``objective`` plus ``proximity / 2`` times the squared distance to ``start`` (iMAML; Rajeswaran et al., 2019)."""
    if not proximity:
        return objective
    return lambda weights: objective(weights) + proximity / 2 * squared_distance(weights, start)


def losses_together(model: nn.Module, weights: Weights, loss: Loss, batch: Batch) -> Tensor:
    """The loss of every task, shape ``(tasks,)``, where the first dimension of every tensor counts tasks.

    It depends on the task's own weights alone, so the gradient of the sum of losses is each task's gradient.
    """

    def alone(own: Weights, x: Tensor, y: Tensor) -> Tensor:
        return task_loss(model, own, loss, Batch(x, y))

    losses: Tensor = torch.func.vmap(alone, randomness="different")(dict(weights), batch.x, batch.y)
    return losses


def stacked(batches: Sequence[Batch]) -> Batch:
    """Batches of the same shapes as one, whose first dimension counts them."""
    return Batch(torch.stack([batch.x for batch in batches]), torch.stack([batch.y for batch in batches]))
