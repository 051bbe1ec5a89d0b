"""Meta-training as a generator: it can stop after any step and go on from there, bit for bit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import torch
from torch import Tensor

from isogloss.data.errors import CheckpointError
from isogloss.meta.learners import Episode, Learner, learner_named
from isogloss.meta.learners.memory import Memory
from isogloss.meta.learners.objective import Objective
from isogloss.meta.learners.optimiser import Adam, Moments
from isogloss.meta.learners.weights import Weights, copied, moved, weights_of
from isogloss.meta.models.networks import MAIN, Network
from isogloss.meta.training.precision import held_out_precision
from isogloss.meta.training.samplers import Memo, Sampler, Uniform, without_dropped
from isogloss.meta.training.settings import Settings
from isogloss.meta.training.weighting import weighting_named

PRECISION = "held-out P@1"  # beside the losses of a step


@dataclass(frozen=True, eq=False)
class State:
    """All that the next step depends on: after ``number`` steps, φ, the optimiser, the random numbers, the memories.

    ``memo`` is what sampler and weighting remember.
    """

    number: int
    weights: dict[str, Tensor]
    moments: Moments
    generator: Tensor
    memo: Memo = field(default_factory=dict)
    memory: Memory = field(default_factory=lambda: Memory(0))


class Step(NamedTuple):
    """One outer step: its number, the mean query loss of each family of tasks drawn, and where it led.

    ``losses`` also has ``held-out P@1``, where it was measured after this step.
    """

    number: int
    losses: Mapping[str, float]
    state: State


def scale_of(episodes: Sequence[Episode]) -> tuple[Tensor, Tensor]:
    """Mean and spread of every input feature over ``episodes``, both shape ``(features,)``."""
    rows = torch.cat([batch.x.flatten(0, -2) for episode in episodes for batch in (episode.support, episode.query)])
    return rows.mean(dim=0), rows.std(dim=0)


def learner_of(model: Network, settings: Settings) -> Learner:
    """The learner that ``settings`` describe, for the loss of ``model``."""
    objective: Objective = model.objective
    return learner_named(
        settings.learner,
        model,
        objective,
        steps=settings.inner_steps,
        rate=settings.inner_rate,
        proximity=settings.proximity,
    )


def first_state(model: Network, generator: torch.Generator, settings: Settings | None = None) -> State:
    """Before the first step: φ is a copy of the model's parameters, and what the learner learns beside them."""
    weights = weights_of(model) if settings is None else learner_of(model, settings).initial(weights_of(model))
    memory = Memory(settings.memory if settings else 0)
    return State(0, weights, Moments.of(weights), generator.get_state(), memory=memory)


def train(
    learner: Learner,
    episodes: Sequence[Episode],
    settings: Settings,
    state: State,
    *,
    sampler: Sampler | None = None,
    model: Network | None = None,
    watched: Sequence[Episode] = (),
) -> Iterator[Step]:
    """Outer steps from ``state`` up to ``settings.steps``, one at a time.

    Args:
        learner: Turns episodes into a direction for φ.
        episodes: What steps draw from, with replacement.
        settings: How many steps, and of how many episodes.
        state: Where to start or go on.
        sampler: Draws the episodes; uniform by default.
        model: The network that scores ``watched``.
        watched: Held-out tasks whose precision is measured every ``settings.check_every`` steps.
    """
    optimiser, sampler, generator = Adam(settings.outer_rate), sampler or Uniform(), torch.Generator()
    weighting = weighting_named(settings.weighting, MAIN[settings.model])
    generator.set_state(state.generator)
    if not state.number:
        state = replace(state, memo={**sampler.initial(), **state.memo})
    for number in range(state.number + 1, settings.steps + 1):
        pool = without_dropped(episodes, settings.language_dropout, generator)
        drawn = sampler.draw(pool, settings.tasks_per_step, state.memo, generator)
        chosen, memory = _started([episodes[index] for index in drawn], state.memory)
        (gradient, losses), memo = weighting(learner, state.weights, chosen, state.memo)
        memory = _written(learner, state.weights, chosen, memory)
        weights, moments = optimiser(state.weights, gradient, state.moments)
        memo = sampler.learned(drawn, losses, memo)
        state = State(number, copied(weights), moments, generator.get_state(), memo, memory)
        family_losses = _by_family(chosen, losses)
        if model is not None and watched and number % settings.check_every == 0:
            family_losses[PRECISION] = held_out_precision(model, learner, state.weights, watched, state.memory)
        yield Step(number, family_losses, state)


def check_moved(start: Weights, weights: Weights, steps: int) -> None:
    """Refuse a run that changed nothing, or that diverged.

    Raises:
        CheckpointError: After some steps no parameter is another than at the start; or one is infinite or not a number.
    """
    if not all(bool(torch.isfinite(weight).all()) for weight in weights.values()):
        raise CheckpointError(
            "training diverged: a parameter is infinite or not a number; lower the rates of the inner and outer loop"
        )
    if steps and all(torch.equal(weight, start[name]) for name, weight in weights.items()):
        raise CheckpointError(
            f"{steps} steps changed no parameter, so nothing was learned; check the rates, the weights of the task "
            "families and whether the loss depends on the model"
        )


def _started(episodes: Sequence[Episode], memory: Memory) -> tuple[list[Episode], Memory]:
    """The episodes with their starts. A task does not read its own entry: a new one will have none."""
    if not memory.capacity:
        return list(episodes), memory
    started = []
    for episode in episodes:
        reading = memory.read(episode.descriptor, without=episode.kind)
        memory = memory.after_reading(reading)
        started.append(replace(episode, offset=reading.offset))
    return started, memory


def _written(learner: Learner, weights: Weights, episodes: Sequence[Episode], memory: Memory) -> Memory:
    if not memory.capacity:
        return memory
    for episode in episodes:
        own = learner.adapt(moved(weights, episode.offset), episode.support)
        change = {name: adapted - weights[name] for name, adapted in own.items()}
        memory = memory.write(episode.kind, episode.descriptor, change)
    return memory


def _by_family(episodes: Sequence[Episode], losses: Sequence[float]) -> dict[str, float]:
    losses_by_family: dict[str, list[float]] = {}
    for episode, loss in zip(episodes, losses, strict=True):
        losses_by_family.setdefault(episode.family, []).append(loss)
    return {family: sum(values) / len(values) for family, values in sorted(losses_by_family.items())}
