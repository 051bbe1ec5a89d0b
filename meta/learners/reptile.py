"""Reptile: adapt to each task, then move φ towards the adapted parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from isogloss.meta.learners.inner_loop import AdaptsAllWeights, Batch, Loss, task_loss
from isogloss.meta.learners.learner import Episode, MetaGradient, total_weight
from isogloss.meta.learners.weights import Weights, moved


@dataclass(frozen=True, eq=False)
class Reptile(AdaptsAllWeights):
    """Parameters close to every task's solution (Nichol et al., 2018).

    An episode's inner loop goes over its support and its query alike. Each starts afresh from φ; no optimiser state
    is carried from one task into the next.
    """

    model: nn.Module
    loss: Loss
    steps: int = 3
    rate: float = 0.05
    proximity: float = 0.0

    def meta_gradient(self, weights: Weights, episodes: Sequence[Episode]) -> MetaGradient:
        """The weighted mean of ``φ - θ``: plain descent along it at rate ε is ``φ ← φ + ε (θ - φ)``."""
        total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        shares = total_weight(episodes)
        losses = []
        for episode in episodes:
            examples = Batch(*(torch.cat(parts) for parts in zip(episode.support, episode.query, strict=True)))
            start = moved(weights, episode.offset)
            own = self.adapt(start, examples)
            total = {
                name: total[name] + episode.weight / shares * (weight.detach() - own[name])
                for name, weight in start.items()
            }
            with torch.no_grad():
                losses.append(float(task_loss(self.model, own, self.loss, episode.query)))
        return MetaGradient(total, tuple(losses))
