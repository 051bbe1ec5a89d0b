"""The model that carries over to a new language: it ranks candidate translations by features no language owns."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Ranker(nn.Module):
    """Scores candidates, shape ``(words, candidates, features)`` in, ``(words, candidates)`` out.

    A score is the log odds of a candidate against "none of them is right", whose score is fixed at 0. ``mean`` and
    ``spread``, shape ``(features,)``, bring the features to one scale; they are no parameters and never adapted.
    """

    mean: Tensor
    spread: Tensor

    def __init__(self, features: int, hidden: int = 32) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("spread", torch.ones(features))
        self.first = nn.Linear(features, hidden)
        self.last = nn.Linear(hidden, 1)
        self.straight = nn.Linear(features, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """The scores of ``x``."""
        scaled = ((x - self.mean) / self.spread).clamp(-8, 8)  # a feature far off what training saw stays bounded
        score: Tensor = self.last(torch.tanh(self.first(scaled))) + self.straight(scaled)
        return score.squeeze(-1)

    def initialise(self, mean: Tensor, spread: Tensor, generator: torch.Generator) -> Ranker:
        """Start afresh from ``generator``; ``mean`` and ``spread`` come from training tasks alone."""
        with torch.no_grad():
            for parameter in self.parameters():
                scale = parameter.shape[-1] ** -0.5 if parameter.ndim > 1 else 0.0
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * scale)
            self.straight.weight.zero_()
            self.mean.copy_(mean)
            self.spread.copy_(spread.clamp_min(1e-4))
        return self


def translation_loss(scores: Tensor, truth: Tensor) -> Tensor:
    """The mean negative log-probability of what holds, shapes ``(words, candidates)``; ``truth`` is 0 or 1.

    A word's probability goes to its right candidates together or, where none is right, to "none". With a single
    candidate this is logistic regression on an edge.
    """
    every = with_none(scores)
    right = truth > 0
    none = ~right.any(dim=-1, keepdim=True)
    wanted = torch.cat([right, none], dim=-1)
    hit = torch.logsumexp(every.masked_fill(~wanted, -torch.inf), dim=-1)
    return (torch.logsumexp(every, dim=-1) - hit).mean()


def probabilities(scores: Tensor) -> Tensor:
    """The probability that each candidate is the translation, shape of ``scores``; a row sums to at most 1."""
    return torch.softmax(with_none(scores), dim=-1)[..., :-1]


def with_none(scores: Tensor) -> Tensor:
    """``scores`` and, as one more column, the fixed score of "none of them"."""
    return torch.cat([scores, torch.zeros_like(scores[..., :1])], dim=-1)
