"""Heads in closed form: adapting is one solve, and the body learns features for which that suffices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from isogloss.meta.learners.heads import Body, Head, ModelWithHead, prototypes, ridge
from isogloss.meta.learners.inner_loop import Batch, Loss
from isogloss.meta.learners.learner import Episode, MetaGradient, outer_gradient
from isogloss.meta.learners.weights import Weights, copied

SCALE, OFFSET, PENALTY = "log scale", "offset", "log penalty"
ClosedForm = Literal["prototypes", "ridge"]


@dataclass(frozen=True, eq=False)
class ClosedHead:
    """A prototypical head (Snell et al., 2017), or one by ridge regression (R2D2; Bertinetto et al., 2019).

    φ holds the model's parameters, a scale and an offset for the scores, and, for ridge, the penalty. The ridge head is
    drawn to φ's own head, which is thereby a meta-learned prior; prototypes replace it.
    """

    model: nn.Module
    loss: Loss
    kind: ClosedForm = "ridge"

    def initial(self, weights: Weights) -> dict[str, Tensor]:
        """The model's parameters, and scale, offset and penalty."""
        tensor = next(iter(weights.values()))
        scale = tensor.new_tensor(1.0 if self.kind == "ridge" else -2.0)
        more = {SCALE: scale, OFFSET: tensor.new_zeros(())}
        return {**copied(weights), **more, **({PENALTY: tensor.new_zeros(())} if self.kind == "ridge" else {})}

    def adapt(self, weights: Weights, support: Batch) -> dict[str, Tensor]:
        """A task's own parameters θ: φ with the head fitted to the support set."""
        with torch.no_grad():
            return copied(self._adapted(weights, support))

    def meta_gradient(self, weights: Weights, episodes: Sequence[Episode]) -> MetaGradient:
        """The weighted mean over ``episodes`` of the gradient of the query loss, through the solve."""
        return outer_gradient(self.model, self.loss, weights, episodes, self._adapted)

    def _adapted(self, weights: Weights, support: Batch) -> Weights:
        headed: ModelWithHead = self.model  # type: ignore[assignment]
        own = {name: weight for name, weight in weights.items() if name not in (SCALE, OFFSET, PENALTY)}
        features = Body(self.model).call(own, support.x)
        features = features.reshape(-1, features.shape[-1])
        truth = headed.classes(support.y)
        truth = truth.reshape(-1, truth.shape[-1])
        scale = weights[SCALE].exp()
        if self.kind == "prototypes":
            fitted = headed.from_classes(prototypes(features, truth))
            head = Head(fitted.weight * scale, fitted.bias * scale + weights[OFFSET])
        else:
            head = self._ridge(headed, own, features, truth, weights)
        return {**own, **headed.with_head(head)}

    def _ridge(self, headed: ModelWithHead, own: Weights, features: Tensor, truth: Tensor, weights: Weights) -> Head:
        """Fitted to ±1 and then scaled, so the prior comes down by the scale first."""
        scale, prior = weights[SCALE].exp(), headed.head_of(own)
        signs = 2 * truth - 1
        wanted = headed.from_classes(Head(signs.mT / 2, signs[:1] / 2)).weight.mT
        drawn_to = Head(prior.weight / scale, prior.bias / scale)
        fitted = ridge(features, wanted, weights[PENALTY].exp(), drawn_to)
        return Head(fitted.weight * scale, fitted.bias * scale + weights[OFFSET])
