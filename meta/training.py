"""Meta-training as a generator: it can stop after any step and go on from there, bit for bit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from meta.features import FEATURES
from meta.learners import Episode, Learner, LearnerName, learner_named
from meta.optimiser import Adam, Moments, Optimiser
from meta.ranker import Ranker, translation_loss
from meta.weights import copied, weights_of


@dataclass(frozen=True)
class Settings:
    """How to meta-train.

    ``auxiliary`` is the weight of every family but word mapping in the objective; ``vocabulary`` is how many of the
    most frequent words of each language take part in training tasks.
    """

    learner: LearnerName = "maml"
    steps: int = 300
    tasks_per_step: int = 4
    inner_steps: int = 3
    inner_rate: float = 0.01
    outer_rate: float = 0.005
    hidden: int = 32
    episodes: int = 48
    vocabulary: int = 5000
    auxiliary: float = 0.3
    seed: int = 0


@dataclass(frozen=True, eq=False)
class State:
    """All that the next step depends on: after ``number`` steps, φ, the optimiser and the random numbers."""

    number: int
    weights: dict[str, Tensor]
    moments: Moments
    generator: Tensor


class Step(NamedTuple):
    """One outer step: its number, the mean query loss of each family of tasks drawn, and where it led."""

    number: int
    losses: Mapping[str, float]
    state: State


def new_ranker(episodes: Sequence[Episode], settings: Settings, generator: torch.Generator) -> Ranker:
    """An untrained ranker whose scale of each feature comes from ``episodes``."""
    rows = torch.cat([batch.x.flatten(0, -2) for episode in episodes for batch in (episode.support, episode.query)])
    ranker = Ranker(len(FEATURES), settings.hidden)
    return ranker.initialise(rows.mean(dim=0), rows.std(dim=0), generator)


def learner_of(ranker: Ranker, settings: Settings) -> Learner:
    """The learner that ``settings`` describe, for the ranker's loss."""
    return learner_named(
        settings.learner, ranker, translation_loss, steps=settings.inner_steps, rate=settings.inner_rate
    )


def first_state(ranker: Ranker, generator: torch.Generator) -> State:
    """Before the first step: φ is a copy of the ranker's parameters."""
    weights = weights_of(ranker)
    return State(0, weights, Moments.of(weights), generator.get_state())


def train(
    learner: Learner,
    episodes: Sequence[Episode],
    settings: Settings,
    state: State,
    *,
    generator: torch.Generator,
    optimiser: Optimiser | None = None,
) -> Iterator[Step]:
    """Outer steps from ``state`` up to ``settings.steps``, one at a time.

    Args:
        learner: Turns episodes into a direction for φ.
        episodes: What steps draw from, uniformly and with replacement.
        settings: How many steps, and of how many episodes.
        state: Where to start or go on.
        generator: The source of randomness; it is put into the state of ``state`` first.
        optimiser: Takes the outer step; Adam by default.
    """
    optimiser = optimiser or Adam(settings.outer_rate)
    generator.set_state(state.generator)
    for number in range(state.number + 1, settings.steps + 1):
        drawn = torch.randint(len(episodes), (settings.tasks_per_step,), generator=generator)
        chosen = [episodes[index] for index in drawn.tolist()]
        gradient, losses = learner.meta_gradient(state.weights, chosen)
        weights, moments = optimiser(state.weights, gradient, state.moments)
        state = State(number, copied(weights), moments, generator.get_state())
        yield Step(number, _by_family(chosen, losses), state)


def _by_family(episodes: Sequence[Episode], losses: Sequence[float]) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for episode, loss in zip(episodes, losses, strict=True):
        found.setdefault(episode.family, []).append(loss)
    return {family: sum(values) / len(values) for family, values in sorted(found.items())}
