"""What all learners have in common: adaptation to a task, and the gradient of the outer loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn

from isogloss.meta.learners.inner_loop import Batch, Loss, task_loss
from isogloss.meta.learners.weights import Weights, leaves, moved


@dataclass(frozen=True, eq=False)
class Episode:
    """A task as tensors: adapt on ``support``, evaluate on ``query``.

    ``family`` names the kind of task; ``languages`` are those it was drawn from. ``weight`` is the task's share in the
    objective ``Σ wᵢ E[fᵢ(adapt(φ))]``. ``descriptor`` holds the numbers of the task descriptor. ``offset`` is what a
    memory of similar tasks adds to φ to initialise the task.
    """

    support: Batch
    query: Batch
    family: str = "task"
    languages: tuple[str, ...] = ()
    weight: float = 1.0
    descriptor: Mapping[str, float] = field(default_factory=dict)
    offset: Weights = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Family and languages, such as ``hidden-edge en fr``."""
        return " ".join((self.family, *self.languages))


class MetaGradient(NamedTuple):
    """The gradient of the outer loop with respect to φ, and the query loss of each episode after adaptation."""

    gradient: dict[str, Tensor]
    losses: tuple[float, ...]


class Learner(Protocol):
    """A meta-learning algorithm."""

    def initial(self, weights: Weights) -> dict[str, Tensor]:
        """φ before training: a model's ``weights``, and whatever the learner learns beside them."""
        ...

    def adapt(self, weights: Weights, support: Batch) -> dict[str, Tensor]:
        """A task's own parameters θ, cut off from φ: new tensors outside any graph."""
        ...

    def meta_gradient(self, weights: Weights, episodes: Sequence[Episode]) -> MetaGradient:
        """The direction of the outer step over ``episodes``; ``weights`` stay as they are."""
        ...


def outer_gradient(
    model: nn.Module,
    loss: Loss,
    weights: Weights,
    episodes: Sequence[Episode],
    adapted: Callable[[Weights, Batch], Weights],
    *,
    second_order: bool = True,
) -> MetaGradient:
    """The weighted mean over ``episodes`` of the gradient of the query loss after adaptation, one after the other.

    Args:
        model: The network; its own parameters are not touched.
        loss: Of the model's output.
        weights: φ.
        episodes: The tasks; each starts from φ and its own ``offset``.
        adapted: From φ and a support set to θ; differentiable where ``second_order``.
        second_order: Whether to differentiate with respect to φ; with respect to θ otherwise (first-order MAML).
    """
    total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    shares = total_weight(episodes)
    losses = []
    for episode in episodes:
        shared = leaves(moved(weights, episode.offset))
        own = adapted(shared, episode.support)
        value = task_loss(model, own, loss, episode.query)
        to = shared if second_order else own
        gradients = torch.autograd.grad(value, list(to.values()), allow_unused=True)
        for name, gradient in zip(to, gradients, strict=True):
            if gradient is not None:
                total[name].add_(gradient, alpha=episode.weight / shares)
        losses.append(float(value.detach()))
    return MetaGradient(total, tuple(losses))


def total_weight(episodes: Sequence[Episode]) -> float:
    """The sum of the weights of ``episodes``, to divide by: 1 where all are zero, so that they move nothing."""
    return sum(episode.weight for episode in episodes) or 1.0


def groups_of(episodes: Sequence[Episode], max_size: int | None = None) -> list[list[int]]:
    """Places of episodes whose tensors have the same shapes, at most ``max_size`` in a group."""
    by_shape: dict[tuple[torch.Size, torch.Size], list[int]] = {}
    for place, episode in enumerate(episodes):
        by_shape.setdefault((episode.support.x.shape, episode.query.x.shape), []).append(place)
    size = max_size or len(episodes)
    return [places[start : start + size] for places in by_shape.values() for start in range(0, len(places), size)]
