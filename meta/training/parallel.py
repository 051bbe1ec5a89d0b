"""Meta-gradients computed by several processes: ``torchrun --nproc-per-node 2 …`` with the gloo backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.distributed as dist
from torch import Tensor

from isogloss.meta.learners.inner_loop import Batch
from isogloss.meta.learners.learner import Episode, Learner, MetaGradient, total_weight
from isogloss.meta.learners.weights import Weights


@dataclass(frozen=True, eq=False)
class DistributedLearner:
    """A learner that gives each of n processes every n-th episode of a step, and all of them the same sum.

    All processes have to draw the same episodes, which they do when they begin with the same seed.
    """

    learner: Learner

    def initial(self, weights: Weights) -> dict[str, Tensor]:
        """That of the learner."""
        return self.learner.initial(weights)

    def adapt(self, weights: Weights, support: Batch) -> dict[str, Tensor]:
        """That of the learner."""
        return self.learner.adapt(weights, support)

    def meta_gradient(self, weights: Weights, episodes: Sequence[Episode]) -> MetaGradient:
        """The weighted mean over ``episodes``, each of which one process worked on."""
        rank, size = dist.get_rank(), dist.get_world_size()
        share_of_episodes = episodes[rank::size]
        losses = torch.zeros(len(episodes), dtype=torch.float64)
        total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        if share_of_episodes:
            gradient, own = self.learner.meta_gradient(weights, share_of_episodes)
            share = sum(episode.weight for episode in share_of_episodes) / total_weight(episodes)
            total = {name: share * gradient_ for name, gradient_ in gradient.items()}
            losses[rank::size] = torch.tensor(own, dtype=torch.float64)
        flat = torch.cat([tensor.reshape(-1) for tensor in total.values()])
        dist.all_reduce(flat)
        dist.all_reduce(losses)
        summed, start = {}, 0
        for name, part in total.items():
            summed[name] = flat[start : start + part.numel()].view(part.shape)
            start += part.numel()
        return MetaGradient(summed, tuple(losses.tolist()))


class Group(NamedTuple):
    """The processes of a run, as one of them sees it.

    ``first`` is true in the one that writes files and reports; ``share`` turns a learner into one that splits the
    tasks of a step between them.
    """

    first: bool
    share: Callable[[Learner], Learner] | None


ALONE = Group(first=True, share=None)


@contextmanager
def processes() -> Iterator[Group]:
    """Join the processes that torchrun started."""
    dist.init_process_group("gloo")
    try:
        yield Group(first=dist.get_rank() == 0, share=DistributedLearner)
    finally:
        dist.destroy_process_group()
