"""A training run: its tasks, its steps, its checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from data.errors import CheckpointError
from data.progress import Progress, silent
from data.storage import refuse_to_overwrite
from meta.checkpoint import FILE, Checkpoint, inputs_of, load, save
from meta.episodes import episode
from meta.learners import Episode
from meta.tasks.space import TaskSpace
from meta.training import Settings, Step, first_state, learner_of, new_ranker, train

MAIN = "word-mapping"  # the family that the model is for; the others are auxiliary

DEFAULTS = Settings()

Watch = Callable[[Step], None]


@dataclass(frozen=True)
class Keeping:
    """Where a run is kept: a checkpoint ``every`` so many steps in ``folder``; ``resume`` goes on with one there."""

    folder: Path
    every: int = 50
    resume: bool = False
    force: bool = False


def episodes_of(space: TaskSpace, settings: Settings, *, progress: Progress = silent) -> tuple[Episode, ...]:
    """The first ``settings.episodes`` tasks of the space as tensors, families and language pairs in turn."""
    numbers = progress(range(settings.episodes), "Preparing tasks", settings.episodes)
    made = (episode(space.task(number, settings.seed), space.vectors) for number in numbers)
    return tuple(weighted(each, settings) for each in made)


def weighted(made: Episode, settings: Settings) -> Episode:
    """The episode with its family's weight in the objective."""
    return replace(made, weight=1.0 if made.family == MAIN else settings.auxiliary)


def meta_train(
    space: TaskSpace,
    settings: Settings = DEFAULTS,
    *,
    keeping: Keeping | None = None,
    progress: Progress = silent,
    watch: Watch | None = None,
) -> Checkpoint:
    """Meta-train a ranker on the tasks of ``space`` and return it; its languages are those of the space.

    With ``keeping`` a checkpoint is written now and then and when training ends or is interrupted; a process that is
    killed leaves the last one. A resumed run ends where an uninterrupted one would have, bit for bit.

    Raises:
        VocabularyError: The space has no tasks.
        OutputError: A run is there already, and neither ``resume`` nor ``force`` is set.
        CheckpointError: The run there cannot be continued: damaged, or of other inputs or settings.
    """
    earlier = _earlier(keeping, space, settings)
    episodes = episodes_of(space, settings, progress=progress)
    begun = earlier or begin(episodes, settings, languages=space.languages, held_out=space.held_out)
    begun = replace(begun, settings=settings, inputs=begun.inputs or inputs_of(space))
    return finish(begun, episodes, keeping=keeping, progress=progress, watch=watch)


def begin(
    episodes: Sequence[Episode],
    settings: Settings,
    *,
    languages: Sequence[str] = (),
    held_out: Sequence[str] | frozenset[str] = (),
) -> Checkpoint:
    """A model before its first step."""
    generator = torch.Generator().manual_seed(settings.seed)
    ranker = new_ranker(episodes, settings, generator)
    state = first_state(ranker, generator)
    return Checkpoint(settings, state, ranker.mean, ranker.spread, tuple(languages), tuple(sorted(held_out)))


def finish(
    checkpoint: Checkpoint,
    episodes: Sequence[Episode],
    *,
    keeping: Keeping | None = None,
    progress: Progress = silent,
    watch: Watch | None = None,
) -> Checkpoint:
    """Take the steps that are left; see ``meta_train``."""
    settings, generator = checkpoint.settings, torch.Generator()
    learner = learner_of(checkpoint.ranker(), settings)
    steps = train(learner, episodes, settings, checkpoint.state, generator=generator)
    saved = -1
    try:
        for step in progress(steps, "Meta-training", max(0, settings.steps - checkpoint.state.number)):
            checkpoint = replace(checkpoint, state=step.state, history=(*checkpoint.history, step.losses))
            if watch:
                watch(step)
            if keeping and step.number % keeping.every == 0:
                save(checkpoint, keeping.folder)
                saved = step.number
    finally:
        if keeping and checkpoint.state.number != saved:
            save(checkpoint, keeping.folder)
    return checkpoint


def _earlier(keeping: Keeping | None, space: TaskSpace, settings: Settings) -> Checkpoint | None:
    """The checkpoint to go on from, if any."""
    if keeping is None:
        return None
    path = keeping.folder / FILE
    if not keeping.resume:
        refuse_to_overwrite(path, keeping.force)
        return None
    if not path.exists():
        return None
    found = load(keeping.folder)
    if replace(found.settings, steps=settings.steps) != settings:
        raise CheckpointError(
            f"{path}: found a run with other settings ({found.settings}), expected {settings}; give the same options, "
            "or start anew with --force"
        )
    if found.inputs != inputs_of(space):
        raise CheckpointError(
            f"{path}: found a run on other vectors or dictionaries, expected those given now; give the same ones, or "
            "start anew with --force"
        )
    return found
