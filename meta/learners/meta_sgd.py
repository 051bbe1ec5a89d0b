"""Meta-SGD: the inner loop's rates are learned, one for every parameter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from isogloss.data.numerics.gradient_descent import descended
from isogloss.meta.learners.inner_loop import Batch, Loss, proximal, task_loss
from isogloss.meta.learners.learner import Episode, MetaGradient, outer_gradient
from isogloss.meta.learners.second_derivatives import twice_differentiable
from isogloss.meta.learners.weights import Weights, copied, leaves

RATE = "rate "  # before the name of the parameter


@dataclass(frozen=True, eq=False)
class MetaSGD:
    """A start and a vector of rates, learned together (Li et al., 2017).

    φ holds a rate of its own for each number of the model; a rate may become negative. ``rate`` is where they begin.
    """

    model: nn.Module
    loss: Loss
    steps: int = 3
    rate: float = 0.05
    proximity: float = 0.0

    def initial(self, weights: Weights) -> dict[str, Tensor]:
        """The model's parameters and their rates."""
        rates = {RATE + name: torch.full_like(weight, self.rate) for name, weight in weights.items()}
        return {**copied(weights), **rates}

    def adapt(self, weights: Weights, support: Batch) -> dict[str, Tensor]:
        """A task's own parameters θ."""
        return copied(self._adapted(leaves(weights), support, second_order=False))

    def meta_gradient(self, weights: Weights, episodes: Sequence[Episode]) -> MetaGradient:
        """The weighted mean over ``episodes`` of the gradient of the query loss after adaptation."""
        with twice_differentiable(self.model):
            return outer_gradient(self.model, self.loss, weights, episodes, self._adapted)

    def _adapted(self, weights: Weights, support: Batch, *, second_order: bool = True) -> Weights:
        start = {name: weight for name, weight in weights.items() if not name.startswith(RATE)}
        loss = partial(task_loss, self.model, loss=self.loss, batch=support)

        def update(name: str, weight: Tensor, gradient: Tensor) -> Tensor:
            return weight - weights[RATE + name] * gradient

        objective = proximal(loss, start, self.proximity)
        return descended(objective, start, self.steps, update, second_order=second_order)
