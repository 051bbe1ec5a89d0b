"""Model-agnostic meta-learning, second and first order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from warnings import warn
from weakref import WeakSet

import torch
from torch import Tensor, nn

from isogloss.meta.learners.inner_loop import AdaptsAllWeights, Batch, Loss, losses_together, stacked, task_loss
from isogloss.meta.learners.learner import Episode, MetaGradient, groups_of, outer_gradient, total_weight
from isogloss.meta.learners.second_derivatives import twice_differentiable
from isogloss.meta.learners.weights import Weights, leaves

_TOGETHER, _ONE_BY_ONE = WeakSet[nn.Module](), WeakSet[nn.Module]()  # whose operations can be batched, and cannot


@dataclass(frozen=True, eq=False)
class MAML(AdaptsAllWeights):
    """Parameters from which a few gradient steps lead to any task (Finn et al., 2017).

    Without ``second_order`` the gradient at the adapted parameters stands for the one through the inner loop
    (first-order MAML, in the same paper).

    Up to ``together`` tasks of the same shapes are adapted at once, which costs less than one after the other and
    gives the same; more would no longer fit the processor's cache. Where an operation of the model cannot be batched
    (GRU, BatchNorm with running means), tasks are adapted one by one, and a warning says so once.
    """

    model: nn.Module
    loss: Loss
    steps: int = 3
    rate: float = 0.05
    second_order: bool = True
    proximity: float = 0.0
    together: int = 8

    def meta_gradient(self, weights: Weights, episodes: Sequence[Episode]) -> MetaGradient:
        """The weighted mean over ``episodes`` of the gradient of the query loss after adaptation."""
        total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        shares = total_weight(episodes)
        losses = [0.0] * len(episodes)
        with twice_differentiable(self.model):
            for group in groups_of(episodes, self.together):
                gradient, group_losses = self._group(weights, [episodes[place] for place in group])
                for name, slope in gradient.items():
                    total[name].add_(slope, alpha=1 / shares)
                for place, loss in zip(group, group_losses, strict=True):
                    losses[place] = loss
        return MetaGradient(total, tuple(losses))

    def _group(self, weights: Weights, episodes: Sequence[Episode]) -> MetaGradient:
        """The weighted sum over episodes of the same shapes; together, if the model's operations can be batched."""
        if self.model in _ONE_BY_ONE:
            return self._one_by_one(weights, episodes)
        if self.model in _TOGETHER:
            return self._at_once(weights, episodes)
        random = torch.get_rng_state()
        try:
            gradient = self._at_once(weights, episodes)
        except RuntimeError as error:  # what torch.func raises where it cannot batch an operation
            torch.set_rng_state(random)
            gradient = self._one_by_one(weights, episodes)
            _ONE_BY_ONE.add(self.model)
            reason = str(error).splitlines()[0]
            warn(f"tasks are adapted one after the other, which takes longer: {reason}", stacklevel=3)
        else:
            _TOGETHER.add(self.model)
        return gradient

    def _one_by_one(self, weights: Weights, episodes: Sequence[Episode]) -> MetaGradient:
        """``_at_once``, one task after the other."""

        def adapted(own: Weights, support: Batch) -> Weights:
            objective = partial(task_loss, self.model, loss=self.loss, batch=support)
            return self.descent(objective, own, second_order=self.second_order)

        mean = outer_gradient(self.model, self.loss, weights, episodes, adapted, second_order=self.second_order)
        shares = sum(episode.weight for episode in episodes)
        return MetaGradient({name: shares * slope for name, slope in mean.gradient.items()}, mean.losses)

    def _at_once(self, weights: Weights, episodes: Sequence[Episode]) -> MetaGradient:
        """The weighted sum over episodes of the same shapes, adapted together."""
        shared = leaves(weights)
        own = {name: weight.expand(len(episodes), *weight.shape) for name, weight in shared.items()}
        offset = {name for episode in episodes for name in episode.offset}
        for name in offset:
            moves = [episode.offset.get(name, torch.zeros_like(weights[name])) for episode in episodes]
            own[name] = own[name] + torch.stack(moves)
        support = stacked([episode.support for episode in episodes])
        query = stacked([episode.query for episode in episodes])

        def objective(own: Weights) -> Tensor:
            return losses_together(self.model, own, self.loss, support).sum()

        adapted = self.descent(objective, own, second_order=self.second_order)
        values = losses_together(self.model, adapted, self.loss, query)
        parts = values.new_tensor([episode.weight for episode in episodes])
        to = shared if self.second_order else adapted
        gradients = torch.autograd.grad(
            (parts * values).sum(), list(to.values()), allow_unused=True, materialize_grads=True
        )
        summed = {
            name: gradient if self.second_order else gradient.sum(dim=0)
            for name, gradient in zip(to, gradients, strict=True)
        }
        return MetaGradient(summed, tuple(values.detach().tolist()))
