"""Implicit MAML: the gradient at the end of the inner loop, without a graph through its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from isogloss.meta.learners.inner_loop import AdaptsAllWeights, Batch, Loss, task_loss
from isogloss.meta.learners.learner import Episode, MetaGradient, total_weight
from isogloss.meta.learners.second_derivatives import twice_differentiable
from isogloss.meta.learners.weights import Weights, leaves, moved

PROXIMITY = 1.0  # λ where none is given; a round number within the range of the paper's table


@dataclass(frozen=True, eq=False)
class ImplicitMAML(AdaptsAllWeights):
    """MAML through the optimum of the inner loop (iMAML; Rajeswaran et al., 2019).

    The inner loop minimises the support loss plus ``proximity / 2`` times the squared distance to φ. At its minimum θ
    the outer gradient is ``(I + H / proximity)⁻¹ ∇L(θ)``, with the Hessian ``H`` of the support loss;
    ``conjugate_steps`` of conjugate gradients solve it. Memory does not grow with ``steps``; take enough of them to get
    near the minimum.
    """

    model: nn.Module
    loss: Loss
    steps: int = 16
    rate: float = 0.05
    proximity: float = PROXIMITY
    conjugate_steps: int = 5

    def meta_gradient(self, weights: Weights, episodes: Sequence[Episode]) -> MetaGradient:
        """The weighted mean over ``episodes`` of the implicit gradient of the query loss."""
        total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        shares, losses = total_weight(episodes), []
        for episode in episodes:
            own = leaves(self.adapt(moved(weights, episode.offset), episode.support))
            value = task_loss(self.model, own, self.loss, episode.query)
            slope = torch.autograd.grad(value, list(own.values()), allow_unused=True, materialize_grads=True)
            gradient = self._solved(own, episode.support, slope)
            for name, part in zip(own, gradient, strict=True):
                total[name].add_(part, alpha=episode.weight / shares)
            losses.append(float(value.detach()))
        return MetaGradient(total, tuple(losses))

    def _solved(self, own: Weights, support: Batch, slope: Sequence[Tensor]) -> list[Tensor]:
        """``(I + H / λ)⁻¹ slope`` by conjugate gradients, parameter by parameter."""
        with twice_differentiable(self.model):
            loss = partial(task_loss, self.model, loss=self.loss, batch=support)(own)
            places = list(own.values())
            first = torch.autograd.grad(loss, places, create_graph=True, allow_unused=True, materialize_grads=True)
        curved = [place for place, part in enumerate(first) if part.requires_grad]

        def applied(vector: Sequence[Tensor]) -> list[Tensor]:
            """``(I + H / λ) vector``."""
            if not curved:
                return list(vector)
            product = torch.autograd.grad(
                [first[place] for place in curved],
                places,
                [vector[place] for place in curved],
                retain_graph=True,
                allow_unused=True,
                materialize_grads=True,
            )
            return [part + curvature / self.proximity for part, curvature in zip(vector, product, strict=True)]

        solution = [torch.zeros_like(part) for part in slope]
        residual = [part.clone() for part in slope]
        direction, size = residual, _dot(residual, residual)
        for _ in range(self.conjugate_steps):
            if not size:
                break
            image = applied(direction)
            length = size / _dot(direction, image)
            solution = [part + length * step for part, step in zip(solution, direction, strict=True)]
            residual = [part - length * step for part, step in zip(residual, image, strict=True)]
            before, size = size, _dot(residual, residual)
            direction = [part + size / before * step for part, step in zip(residual, direction, strict=True)]
        return solution


def _dot(a: Sequence[Tensor], b: Sequence[Tensor]) -> float:
    return float(torch.stack([(x * y).sum() for x, y in zip(a, b, strict=True)]).sum())
