"""Model-agnostic meta-learning, second and first order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from meta.adapt import Batch, Loss, adapt
from meta.learners.learner import Episode, MetaGradient, outer_gradient
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

    def initial(self, weights: Weights) -> dict[str, Tensor]:
        """The model's parameters."""
        return copied(weights)

    def adapt(self, weights: Weights, support: Batch) -> dict[str, Tensor]:
        """A task's own parameters θ."""
        return copied(self._adapted(leaves(weights), support, second_order=False))

    def meta_gradient(self, weights: Weights, episodes: Sequence[Episode]) -> MetaGradient:
        """The weighted mean over ``episodes`` of the gradient of the query loss after adaptation."""

        def adapted(shared: Weights, support: Batch) -> Weights:
            return self._adapted(shared, support, second_order=self.second_order)

        return outer_gradient(self.model, self.loss, weights, episodes, adapted, second_order=self.second_order)

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
