"""Adam and its learning rates, as ``torch.optim`` has them.

The classes of ``torch.optim`` load torch's compiler, which costs each new process more than many of our trainings do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import cos, pi, sqrt
from typing import NamedTuple

import torch
from torch import Tensor

EPSILON = 1e-8  # added to the root of the second moment: as in the paper
FIRST, SECOND = 0.9, 0.999  # decay of the moments: as in the paper
RISE = 0.3  # share of the steps in which a cycle's rate rises: as in torch
LOWEST, LAST = 25.0, 1e4  # peak / first rate of a cycle, first rate / last: as in torch
MOMENTUM = 0.85, 0.95  # of a cycle, at its peak and at its ends: as in torch


class Rate(NamedTuple):
    """The learning rate of a step, and the decay of the first moment."""

    rate: float
    momentum: float = FIRST


class Adam:
    """Adam (Kingma and Ba, 2015), with decoupled weight decay (AdamW; Loshchilov and Hutter, 2019).

    Args:
        weights: What to train, of any shapes; they require gradients and are changed in place.
        decay: Weight decay; 0 is Adam.
    """

    def __init__(self, weights: Iterable[Tensor], *, decay: float = 0.0) -> None:
        self.weights = list(weights)
        self.decay = decay
        self.count = 0
        self._first, self._second = ([torch.zeros_like(weight) for weight in self.weights] for _ in range(2))

    def step(self, loss: Tensor, rate: Rate) -> None:
        """Move the weights against the gradient of ``loss``, a scalar; those that it does not use only decay."""
        gradients = torch.autograd.grad(loss, self.weights, allow_unused=True, materialize_grads=True)
        self.count += 1
        with torch.no_grad():
            for weight, gradient, first, second in zip(self.weights, gradients, self._first, self._second, strict=True):
                weight.mul_(1 - rate.rate * self.decay)
                first.lerp_(gradient, 1 - rate.momentum)
                second.mul_(SECOND).addcmul_(gradient, gradient, value=1 - SECOND)
                spread = (second.sqrt() / sqrt(1 - SECOND**self.count)).add_(EPSILON)
                weight.addcdiv_(first, spread, value=-rate.rate / (1 - rate.momentum**self.count))


def cosine(rate: float, steps: int) -> Iterator[Rate]:
    """From ``rate`` to 0 (Loshchilov and Hutter, 2017)."""
    return (Rate(_between(rate, 0, step / steps)) for step in range(steps))


def one_cycle(peak: float, steps: int) -> Iterator[Rate]:
    """Up to ``peak`` and down again, the momentum the other way round (Smith, 2018)."""
    turn = RISE * (steps + 1) - 1
    low, first = MOMENTUM, peak / LOWEST
    for step in range(steps):
        if step <= turn:
            share = step / turn
            yield Rate(_between(first, peak, share), _between(low[1], low[0], share))
        else:
            share = (step - turn) / (steps - turn)
            yield Rate(_between(peak, first / LAST, share), _between(low[0], low[1], share))


def _between(start: float, end: float, share: float) -> float:
    return end + (start - end) / 2 * (1 + cos(pi * share))
