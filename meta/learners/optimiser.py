"""The outer loop's optimisers as functions: state in, state out, so that a checkpoint is the whole truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from isogloss.meta.learners.weights import Weights


@dataclass(frozen=True, eq=False)
class Moments:
    """Running means of the gradient and of its square; ``count`` updates so far. SGD keeps only the count."""

    count: int
    first: dict[str, Tensor]
    second: dict[str, Tensor]

    @classmethod
    def of(cls, weights: Weights) -> Moments:
        """No update yet."""
        zeros = {name: weight.detach().clone().zero_() for name, weight in weights.items()}
        return cls(0, zeros, {name: zero.clone() for name, zero in zeros.items()})


class Optimiser(Protocol):
    """Moves weights against a gradient."""

    def __call__(self, weights: Weights, gradient: Weights, moments: Moments) -> tuple[dict[str, Tensor], Moments]:
        """New weights and new moments; what is passed in stays as it is."""
        ...


@dataclass(frozen=True)
class Descent:
    """Plain gradient descent."""

    rate: float

    def __call__(self, weights: Weights, gradient: Weights, moments: Moments) -> tuple[dict[str, Tensor], Moments]:
        """``weights - rate * gradient``."""
        moved = {name: weight - self.rate * gradient[name] for name, weight in weights.items()}
        return moved, Moments(moments.count + 1, moments.first, moments.second)


@dataclass(frozen=True)
class Adam:
    """Adam (Kingma and Ba, 2015)."""

    rate: float
    decay: tuple[float, float] = (0.9, 0.999)
    epsilon: float = 1e-8

    def __call__(self, weights: Weights, gradient: Weights, moments: Moments) -> tuple[dict[str, Tensor], Moments]:
        """One step of Adam, bias corrected."""
        fast, slow = self.decay
        count = moments.count + 1
        first = {name: fast * mean + (1 - fast) * gradient[name] for name, mean in moments.first.items()}
        second = {name: slow * mean + (1 - slow) * gradient[name].square() for name, mean in moments.second.items()}
        moved = {
            name: weight
            - self.rate * (first[name] / (1 - fast**count)) / ((second[name] / (1 - slow**count)).sqrt() + self.epsilon)
            for name, weight in weights.items()
        }
        return moved, Moments(count, first, second)
