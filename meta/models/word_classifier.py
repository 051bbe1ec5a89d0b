"""A classifier of words by their vectors: a body that all languages share, and a head for a task's classes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from isogloss.meta.learners.heads import Head
from isogloss.meta.learners.objective import CLASSES
from isogloss.meta.learners.weights import Weights
from isogloss.meta.models.initialisation import initialise_parameters


class Classifier(nn.Module):
    """Scores classes, shape ``(n, d)`` in, ``(n, ways)`` out.

    ``mean`` and ``spread``, shape ``(d,)``, bring the vectors to one scale; they are no parameters and never adapted.
    """

    mean: Tensor
    spread: Tensor
    head_names = ("head.weight", "head.bias")
    objective = CLASSES

    def __init__(self, dimensions: int, hidden: int = 64, ways: int = 5) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dimensions))
        self.register_buffer("spread", torch.ones(dimensions))
        self.first = nn.Linear(dimensions, 2 * hidden)
        self.second = nn.Linear(2 * hidden, hidden)
        self.head = nn.Linear(hidden, ways)

    def forward(self, x: Tensor) -> Tensor:
        """The scores of ``x``."""
        scores: Tensor = self.head(self.features(x))
        return scores

    def features(self, x: Tensor) -> Tensor:
        """What the head sees of ``x``, shape ``(..., hidden)``."""
        scaled = (x - self.mean) / self.spread
        return torch.tanh(self.second(torch.tanh(self.first(scaled))))

    def head_of(self, weights: Weights) -> Head:
        """The head among ``weights``."""
        return Head(weights["head.weight"], weights["head.bias"])

    def with_head(self, head: Head) -> dict[str, Tensor]:
        """The parameters that make ``head`` the classifier's own."""
        return {"head.weight": head.weight, "head.bias": head.bias}

    def output(self, scores: Tensor) -> Tensor:
        """The scores themselves."""
        return scores

    def classes(self, truth: Tensor) -> Tensor:
        """``truth`` itself: it is a distribution over classes already."""
        return truth

    def from_classes(self, head: Head) -> Head:
        """``head`` itself."""
        return head

    def initialise(self, mean: Tensor, spread: Tensor, generator: torch.Generator) -> Classifier:
        """Start afresh from ``generator``; ``mean`` and ``spread`` come from training tasks alone."""
        initialise_parameters(self, generator)
        with torch.no_grad():
            self.mean.copy_(mean)
            self.spread.copy_(spread.clamp_min(1e-4))
        return self
