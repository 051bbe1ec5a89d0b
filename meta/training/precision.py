"""Precision at 1 of an adapted model on query sets."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.func import functional_call

from isogloss.meta.learners.inner_loop import Batch
from isogloss.meta.learners.learner import Episode, Learner
from isogloss.meta.learners.memory import Memory
from isogloss.meta.learners.weights import Weights, moved


def hits(model: nn.Module, weights: Weights, query: Batch) -> Tensor:
    """1 where the highest score is right, else 0, shape ``(n,)``."""
    with torch.no_grad():
        best = functional_call(model, dict(weights), (query.x,)).argmax(dim=-1, keepdim=True)
    return (query.y.gather(-1, best).squeeze(-1) >= 1).double()


def adapted_weights(learner: Learner, weights: Weights, episode: Episode, memory: Memory) -> dict[str, Tensor]:
    """θ of a task that starts where ``memory`` says."""
    reading = memory.read(episode.descriptor, without=episode.kind)
    return learner.adapt(moved(weights, reading.offset), episode.support)


def held_out_precision(
    model: nn.Module, learner: Learner, weights: Weights, episodes: Sequence[Episode], memory: Memory
) -> float:
    """P@1 over all queries of ``episodes`` after adaptation to their support sets."""
    correct = [hits(model, adapted_weights(learner, weights, episode, memory), episode.query) for episode in episodes]
    return float(torch.cat(correct).mean())
