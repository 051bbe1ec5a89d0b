"""Almost no inner loop: only the head is adapted, for all tasks of a step at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from isogloss.meta.learners.heads import Body, Head, ModelWithHead
from isogloss.meta.learners.inner_loop import Batch, stacked
from isogloss.meta.learners.learner import Episode, MetaGradient, groups_of, total_weight
from isogloss.meta.learners.objective import Objective
from isogloss.meta.learners.weights import Weights, copied, leaves


@dataclass(frozen=True, eq=False)
class ANIL:
    """MAML whose inner loop moves the head alone (Raghu et al., 2020).

    The body never changes within a task, so it runs once over support and query, and the heads of all tasks with
    tensors of the same shapes are adapted together: an inner step is two batched products, whose slope the objective
    knows in closed form. The result is that of one task after the other.
    """

    model: nn.Module
    loss: Objective
    steps: int = 3
    rate: float = 0.05
    second_order: bool = True
    proximity: float = 0.0

    def initial(self, weights: Weights) -> dict[str, Tensor]:
        """The model's parameters."""
        return copied(weights)

    def adapt(self, weights: Weights, support: Batch) -> dict[str, Tensor]:
        """A task's own parameters θ: φ but for the head."""
        with torch.no_grad():
            alone = Batch(support.x[None], support.y[None])
            head = self._adapted(_heads(self._headed, weights, [{}]), Body(self.model).call(weights, alone.x), alone.y)
            return copied({**weights, **self._headed.with_head(Head(head.weight[0], head.bias[0]))})

    def meta_gradient(self, weights: Weights, episodes: Sequence[Episode]) -> MetaGradient:
        """The weighted mean over ``episodes`` of the gradient of the query loss after adaptation.

        An ``offset`` of an episode can move its head only: the body is the same for all.
        """
        shared = leaves(weights)
        shares = total_weight(episodes)
        losses: list[Tensor] = [torch.empty(())] * len(episodes)
        for group in groups_of(episodes):
            group_losses = self._query_losses(shared, [episodes[place] for place in group])
            for place, loss in zip(group, group_losses.unbind(), strict=True):
                losses[place] = loss
        total = torch.stack(
            [episode.weight / shares * loss for episode, loss in zip(episodes, losses, strict=True)]
        ).sum()
        gradients = torch.autograd.grad(total, list(shared.values()))
        return MetaGradient(dict(zip(shared, gradients, strict=True)), tuple(torch.stack(losses).detach().tolist()))

    def _query_losses(self, shared: Weights, episodes: Sequence[Episode]) -> Tensor:
        """The query loss of each task, shape ``(tasks,)``."""
        support, query = (
            stacked([episode.support for episode in episodes]),
            stacked([episode.query for episode in episodes]),
        )
        body = Body(self.model)
        features = body.call(shared, torch.cat([support.x, query.x], dim=1))
        support_features, query_features = features[:, : support.x.shape[1]], features[:, support.x.shape[1] :]
        heads = _heads(self._headed, shared, [episode.offset for episode in episodes])
        head = self._adapted(heads, support_features, support.y)
        scores = head(query_features.reshape(len(episodes), -1, query_features.shape[-1]))
        output = self._headed.output(scores.reshape(*query_features.shape[:-1], -1))
        return self.loss.per_example(output, query.y).flatten(1).mean(dim=1)

    def _adapted(self, start: Head, features: Tensor, truth: Tensor) -> Head:
        """Heads, shape ``(tasks, classes, features)``, after the inner steps on support features of every task."""
        tasks, examples, head = len(features), truth[0, ..., 0].numel(), start
        flat = features.reshape(tasks, -1, features.shape[-1])
        if not self.second_order:
            flat = flat.detach()
        for _ in range(self.steps):
            output = self._headed.output(head(flat).reshape(*features.shape[:-1], -1))
            slope = self.loss.slope(output, truth).reshape(tasks, flat.shape[1], -1) / examples
            change = Head(slope.mT @ flat, slope.sum(dim=1))
            if not self.second_order:
                change = Head(change.weight.detach(), change.bias.detach())
            if self.proximity:
                weight, bias = (now - then for now, then in zip(head, start, strict=True))
                change = Head(change.weight + self.proximity * weight, change.bias + self.proximity * bias)
            head = Head(head.weight - self.rate * change.weight, head.bias - self.rate * change.bias)
        return head

    @property
    def _headed(self) -> ModelWithHead:
        return self.model  # type: ignore[return-value]


def _heads(model: ModelWithHead, weights: Weights, offsets: Sequence[Weights]) -> Head:
    """A start for each task: φ's head and the task's offset."""
    shared = model.head_of(weights)
    weight = shared.weight.expand(len(offsets), *shared.weight.shape)
    bias = shared.bias.expand(len(offsets), *shared.bias.shape)
    if not any(offsets):
        return Head(weight, bias)
    none = {name: torch.zeros_like(weights[name]) for name in model.head_names}
    moves = [model.head_of({**none, **offset}) for offset in offsets]
    return Head(
        weight + torch.stack([move.weight for move in moves]), bias + torch.stack([move.bias for move in moves])
    )
