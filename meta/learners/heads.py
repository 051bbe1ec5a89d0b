"""Linear heads on features: in closed form from a support set, or as the part of a model that a task adapts."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn

from isogloss.meta.learners.weights import Weights

ABSENT = -1e4  # the bias (log odds) of a class without examples: a probability of 0 in float32; round number


class Head(NamedTuple):
    """Scores ``features @ weight.T + bias``; leading dimensions count tasks."""

    weight: Tensor  # (..., classes, features)
    bias: Tensor  # (..., classes)

    def __call__(self, features: Tensor) -> Tensor:
        """Scores, shape ``(..., n, classes)``, of features, shape ``(..., n, features)``."""
        return features @ self.weight.mT + self.bias.unsqueeze(-2)


class ModelWithHead(Protocol):
    """What a model offers to learners that treat its head apart."""

    @property
    def head_names(self) -> tuple[str, ...]:
        """Its parameters that make up the head."""
        ...

    def features(self, x: Tensor) -> Tensor:
        """What the head sees of ``x``, shape ``(..., features)``, without a parameter of the head."""
        ...

    def head_of(self, weights: Weights) -> Head:
        """The head among ``weights``."""
        ...

    def with_head(self, head: Head) -> dict[str, Tensor]:
        """The parameters, by name, that make ``head`` the model's own."""
        ...

    def output(self, scores: Tensor) -> Tensor:
        """The model's output from the scores of its head."""
        ...

    def classes(self, truth: Tensor) -> Tensor:
        """``truth`` as a distribution over classes for each feature row, shape ``(..., classes)``."""
        ...

    def from_classes(self, head: Head) -> Head:
        """The model's head from one that scores the classes of ``classes``."""
        ...


class Body(nn.Module):
    """A model without its head: ``functional_call`` on it gives features."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        """The features of ``x``."""
        features: Tensor = self.model.features(x)  # type: ignore[operator]
        return features

    def call(self, weights: Weights, x: Tensor) -> Tensor:
        """The features of ``x`` if the model's parameters were ``weights``."""
        named = {f"model.{name}": weight for name, weight in weights.items()}
        features: Tensor = torch.func.functional_call(self, named, (x,))
        return features


def prototypes(features: Tensor, truth: Tensor) -> Head:
    """The head whose scores are squared distances to class means, up to what all classes share (Snell et al., 2017).

    ``-‖f - c‖² + ‖f‖² = 2 f·c - ‖c‖²``, so a prototypical network has a linear head.

    Args:
        features: Of the support set, shape ``(..., n, features)``.
        truth: The class of each, shape ``(..., n, classes)``; rows sum to 1.
    """
    count = truth.sum(dim=-2).unsqueeze(-1)
    centre = truth.mT @ features / count.clamp_min(1e-8)
    bias = -centre.square().sum(dim=-1)
    return Head(2 * centre, bias.masked_fill(count.squeeze(-1) == 0, ABSENT))


def ridge(features: Tensor, truth: Tensor, penalty: Tensor | float, prior: Head | None = None) -> Head:
    """The head of least squares with a penalty on the distance to ``prior`` (R2D2; Bertinetto et al., 2019).

    Solved in the smaller of the two sizes, examples or features. The bias is a feature that is always 1.

    Args:
        features: Of the support set, shape ``(..., n, features)``.
        truth: What the scores should be, shape ``(..., n, classes)``.
        penalty: Weight of the squared distance, above 0.
        prior: Where the head is drawn to; 0 by default.
    """
    x = torch.cat([features, torch.ones_like(features[..., :1])], dim=-1)
    start = None if prior is None else torch.cat([prior.weight, prior.bias.unsqueeze(-1)], dim=-1)
    left = truth if start is None else truth - x @ start.mT
    n, d = x.shape[-2:]
    if n <= d:
        solved = x.mT @ torch.linalg.solve(x @ x.mT + penalty * torch.eye(n, dtype=x.dtype), left)
    else:
        solved = torch.linalg.solve(x.mT @ x + penalty * torch.eye(d, dtype=x.dtype), x.mT @ left)
    weight = solved.mT if start is None else solved.mT + start
    return Head(weight[..., :-1], weight[..., -1])
