"""Weights of auxiliary families of tasks in the outer loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, Protocol

import torch
from torch import Tensor

from isogloss.meta.learners.learner import Episode, Learner, MetaGradient
from isogloss.meta.learners.weights import Weights
from isogloss.meta.training.samplers import Memo

WeightingName = Literal["uniform", "cosine", "learned"]

MAIN_GRADIENT, AGREEMENT, LOGIT = "main gradient", "agreement ", "weight logit "


class WeightedGradient(NamedTuple):
    """The gradient of a step, and what the weighting remembers."""

    gradient: MetaGradient
    memo: Memo


class Weighting(Protocol):
    """Combines the gradients of several families of tasks."""

    def __call__(self, learner: Learner, weights: Weights, episodes: Sequence[Episode], memo: Memo) -> WeightedGradient:
        """One gradient for ``episodes``."""
        ...


@dataclass(frozen=True)
class GivenWeights:
    """Every family counts by the weight of its episodes."""

    def __call__(self, learner: Learner, weights: Weights, episodes: Sequence[Episode], memo: Memo) -> WeightedGradient:
        """The learner's own weighted mean."""
        return WeightedGradient(learner.meta_gradient(weights, episodes), memo)


@dataclass(frozen=True)
class ByAgreement:
    """A family counts by the cosine of its gradient with that of the main task.

    With ``learned`` unset, its weight is the cosine of the two, clipped at 0 (Du et al., 2018). With ``learned``, a
    logit for each family climbs along that cosine, which is the slope of the main loss after the step with respect to
    the weight, on one scale for all (Lin et al., 2019; Ren et al., 2018); the weight starts at 1 and stays below 2.

    A step without main tasks is compared with a running mean of their gradients.
    """

    main: str
    learned: bool = False
    rate: float = 0.1  # per step, in log odds; round number, as is the decay
    decay: float = 0.9

    def __call__(self, learner: Learner, weights: Weights, episodes: Sequence[Episode], memo: Memo) -> WeightedGradient:
        """The gradients of the families, each by its weight."""
        places: dict[str, list[int]] = {}
        for place, episode in enumerate(episodes):
            places.setdefault(episode.family, []).append(place)
        gradients = {
            family: learner.meta_gradient(weights, [episodes[place] for place in members])
            for family, members in places.items()
        }
        memo, main = self._main(memo, gradients.get(self.main))
        shares, total = 0.0, {name: torch.zeros_like(weight) for name, weight in weights.items()}
        losses = [0.0] * len(episodes)
        for family, (gradient, own) in gradients.items():
            memo, factor = self._factor(family, gradient, main, memo)
            share = factor * sum(episodes[place].weight for place in places[family])
            shares += share
            total = {name: total[name] + share * gradient[name] for name in total}
            for place, loss in zip(places[family], own, strict=True):
                losses[place] = loss
        scaled = {name: gradient_ / max(shares, 1e-8) for name, gradient_ in total.items()}
        return WeightedGradient(MetaGradient(scaled, tuple(losses)), memo)

    def _main(self, memo: Memo, main: MetaGradient | None) -> tuple[Memo, Tensor | None]:
        """The direction to compare with, and the memo that keeps its running mean."""
        if main is None:
            return memo, memo.get(MAIN_GRADIENT)
        now = _flat(main.gradient)
        before = memo.get(MAIN_GRADIENT, now)
        return {**memo, MAIN_GRADIENT: self.decay * before + (1 - self.decay) * now}, now

    def _factor(self, family: str, gradient: Weights, main: Tensor | None, memo: Memo) -> tuple[Memo, float]:
        if family == self.main:
            return memo, 1.0
        if main is None:
            return memo, 1.0 if self.learned else 0.0
        agreement = torch.cosine_similarity(_flat(gradient), main, dim=0)
        mean = self.decay * memo.get(AGREEMENT + family, agreement) + (1 - self.decay) * agreement
        memo = {**memo, AGREEMENT + family: mean}
        if not self.learned:
            return memo, max(0.0, float(agreement))
        logit = memo.get(LOGIT + family, torch.zeros(()))
        return {**memo, LOGIT + family: logit + self.rate * agreement}, 2 * float(torch.sigmoid(logit))


def weighting_named(name: WeightingName, main: str) -> Weighting:
    """The weighting that settings call ``name``, for a model whose own family of tasks is ``main``."""
    return GivenWeights() if name == "uniform" else ByAgreement(main, learned=name == "learned")


def weighted(episodes: Sequence[Episode], main: str, auxiliary: float) -> tuple[Episode, ...]:
    """The episodes with weight 1 for those of ``main`` and ``auxiliary`` for others."""
    return tuple(replace(episode, weight=1.0 if episode.family == main else auxiliary) for episode in episodes)


def _flat(gradient: Weights) -> Tensor:
    return torch.cat([tensor.reshape(-1) for tensor in gradient.values()])
