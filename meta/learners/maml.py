"""Model-agnostic meta-learning, second and first order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from meta.adapt import Batch, Loss, adapt, task_loss
from meta.learners.learner import Episode, MetaGradient
from meta.weights import Weights, copied, leaves


@dataclass(frozen=True, eq=False)
class MAML:
    """Parameters from which a few gradient steps lead to any task (Finn et al., 2017).

    Without ``second_order`` the gradient at the adapted parameters stands for the one through the inner loop
    (first-order MAML, in the same paper).
    """

    model: nn.Module
    loss: Loss
    steps: int = 3
    rate: float = 0.05
    second_order: bool = True
    proximity: float = 0.0

    def adapt(self, weights: Weights, support: Batch) -> dict[str, Tensor]:
        """A task's own parameters θ."""
        return copied(self._adapted(leaves(weights), support, second_order=False))

    def meta_gradient(self, weights: Weights, episodes: Sequence[Episode]) -> MetaGradient:
        """The weighted mean over ``episodes`` of the gradient of the query loss after adaptation."""
        total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        shares = sum(episode.weight for episode in episodes)
        losses = []
        for episode in episodes:
            shared = leaves(weights)
            own = self._adapted(shared, episode.support, second_order=self.second_order)
            value = task_loss(self.model, own, self.loss, episode.query)
            to = shared if self.second_order else own
            gradients = torch.autograd.grad(value, list(to.values()))
            total = {
                name: total[name] + episode.weight / shares * gradient
                for name, gradient in zip(to, gradients, strict=True)
            }
            losses.append(float(value.detach()))
        return MetaGradient(total, tuple(losses))

    def _adapted(self, weights: Weights, support: Batch, *, second_order: bool) -> Weights:
        return adapt(
            self.model,
            weights,
            self.loss,
            support,
            steps=self.steps,
            rate=self.rate,
            second_order=second_order,
            proximity=self.proximity,
        )
