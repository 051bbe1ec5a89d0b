"""The model that carries over to a new language: it ranks candidate translations by features no language owns."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from isogloss.meta.learners.heads import Head
from isogloss.meta.learners.objective import Objective
from isogloss.meta.learners.weights import Weights
from isogloss.meta.models.initialisation import initialise_parameters


def with_none(scores: Tensor) -> Tensor:
    """``scores`` and, as one more column, the fixed score of "none of them"."""
    return torch.cat([scores, torch.zeros_like(scores[..., :1])], dim=-1)


def translation_losses(scores: Tensor, truth: Tensor) -> Tensor:
    """The negative log-probability of what holds for each word, shape ``(..., words)``.

    A word's probability goes to its right candidates together or, where none is right, to "none". With a single
    candidate this is logistic regression on an edge, whose truth may also be a degree between 0 and 1.

    Args:
        scores: Of the candidates, shape ``(..., words, candidates)``.
        truth: Which of them are right, 0 or 1, same shape.
    """
    every = with_none(scores)
    hit = torch.logsumexp(every.masked_fill(~_wanted(truth), -torch.inf), dim=-1)
    return torch.logsumexp(every, dim=-1) - truth.amax(dim=-1) * hit


def translation_slope(scores: Tensor, truth: Tensor) -> Tensor:
    """The derivative of ``translation_losses`` with respect to ``scores``."""
    every = with_none(scores)
    right = torch.softmax(every.masked_fill(~_wanted(truth), -torch.inf), dim=-1)
    return (torch.softmax(every, dim=-1) - truth.amax(dim=-1, keepdim=True) * right)[..., :-1]


translation_loss = Objective(translation_losses, translation_slope)


def _wanted(truth: Tensor) -> Tensor:
    """Which scores, that of "none" last, should have the probability."""
    right = truth > 0
    return torch.cat([right, ~right.any(dim=-1, keepdim=True)], dim=-1)


class Ranker(nn.Module):
    """Scores candidates, shape ``(words, candidates, features)`` in, ``(words, candidates)`` out.

    A score is the log odds of a candidate against "none of them is right", whose score is fixed at 0. ``mean`` and
    ``spread``, shape ``(features,)``, bring the features to one scale; they are no parameters and never adapted.
    """

    mean: Tensor
    spread: Tensor
    head_names = ("last.weight", "last.bias", "straight.weight")
    objective = translation_loss

    def __init__(self, features: int, hidden: int = 32) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("spread", torch.ones(features))
        self.first = nn.Linear(features, hidden)
        self.last = nn.Linear(hidden, 1)
        self.straight = nn.Linear(features, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """The scores of ``x``."""
        scaled = self._scaled(x)
        score: Tensor = self.last(torch.tanh(self.first(scaled))) + self.straight(scaled)
        return score.squeeze(-1)

    def features(self, x: Tensor) -> Tensor:
        """What the head sees of ``x``: the hidden layer, and the features themselves, on one scale."""
        scaled = self._scaled(x)
        return torch.cat([torch.tanh(self.first(scaled)), scaled], dim=-1)

    def head_of(self, weights: Weights) -> Head:
        """The head among ``weights``: one score."""
        return Head(torch.cat([weights["last.weight"], weights["straight.weight"]], dim=-1), weights["last.bias"])

    def with_head(self, head: Head) -> dict[str, Tensor]:
        """The parameters that make ``head`` the ranker's own."""
        hidden = self.last.in_features
        last, straight = head.weight[..., :hidden], head.weight[..., hidden:]
        return {"last.weight": last, "last.bias": head.bias, "straight.weight": straight}

    def output(self, scores: Tensor) -> Tensor:
        """One score for each candidate."""
        return scores.squeeze(-1)

    def classes(self, truth: Tensor) -> Tensor:
        """Wrong and right, shape ``(..., 2)``."""
        return torch.stack([1 - truth, truth], dim=-1)

    def from_classes(self, head: Head) -> Head:
        """How much more "right" scores than "wrong"."""
        return Head(head.weight[..., 1:, :] - head.weight[..., :1, :], head.bias[..., 1:] - head.bias[..., :1])

    def _scaled(self, x: Tensor) -> Tensor:
        return ((x - self.mean) / self.spread).clamp(-8, 8)  # a feature far off what training saw stays bounded

    def initialise(self, mean: Tensor, spread: Tensor, generator: torch.Generator) -> Ranker:
        """Start afresh from ``generator``; ``mean`` and ``spread`` come from training tasks alone."""
        initialise_parameters(self, generator)
        with torch.no_grad():
            self.straight.weight.zero_()
            self.mean.copy_(mean)
            self.spread.copy_(spread.clamp_min(1e-4))
        return self


def probabilities(scores: Tensor) -> Tensor:
    """The probability that each candidate is the translation, shape of ``scores``; a row sums to at most 1."""
    return torch.softmax(with_none(scores), dim=-1)[..., :-1]
