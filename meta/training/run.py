"""A training run: its tasks, its steps, its checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import torch

from isogloss.data.errors import CheckpointError, VocabularyError
from isogloss.data.language import same_languages
from isogloss.data.progress import Progress, silent
from isogloss.data.storage import refuse_to_overwrite
from isogloss.data.threads import single_thread
from isogloss.meta.learners import Episode, Learner
from isogloss.meta.models.networks import MAIN, new_network
from isogloss.meta.taskmap.affinity import by_descriptor
from isogloss.meta.tasks.candidate_episodes import episode
from isogloss.meta.tasks.candidate_features import FEATURES
from isogloss.meta.tasks.space import OF_CANDIDATES, OF_WORDS, TaskSpace
from isogloss.meta.tasks.word_episodes import Hub, word_episode
from isogloss.meta.training.checkpoint import FILE, Checkpoint, inputs_of, load, save
from isogloss.meta.training.outer_loop import PRECISION, Step, check_moved, first_state, learner_of, scale_of, train
from isogloss.meta.training.prepared import Prepared
from isogloss.meta.training.regularisation import folds_of, noisy, noisy_words, rotated
from isogloss.meta.training.samplers import Bandit, ByAffinity, Sampler, Uniform, arms_of
from isogloss.meta.training.settings import Settings
from isogloss.meta.training.weighting import weighted

DEFAULTS = Settings()
NONE = Prepared()

Watch = Callable[[Step], None]
Share = Callable[[Learner], Learner]


@dataclass(frozen=True)
class Checkpointing:
    """Where a run is kept: a checkpoint in ``folder`` every ``every`` steps; ``resume`` continues the one there.

    ``force`` replaces it. ``writing`` is false in all processes but the first of a run that several share.
    """

    folder: Path
    every: int = 50
    resume: bool = False
    force: bool = False
    writing: bool = True


def episodes_of(
    space: TaskSpace, settings: Settings, *, prepared: Prepared = NONE, progress: Progress = silent
) -> tuple[Episode, ...]:
    """The first ``settings.episodes`` tasks of the space as tensors, families and language pairs in turn.

    Those that are ``prepared`` are not made again.

    Raises:
        VocabularyError: The space has no tasks of the families that ``settings`` name.
    """
    space, main = with_families(space, settings), MAIN[settings.model]
    numbers = progress(range(settings.episodes), "Preparing tasks", settings.episodes)
    if settings.model == "ranker":
        tasks = prepared.tasks(numbers, lambda number: _candidates(space, number, settings))
        return weighted(tasks, main, settings.auxiliary)
    hub = Hub.of(space)
    usable = replace(space, dictionaries={p: d for p, d in space.dictionaries.items() if p[0] in hub.rotations})
    tasks = prepared.tasks(numbers, lambda number: _words(usable, hub, number, settings))
    return weighted(tasks, main, settings.auxiliary)


def with_families(space: TaskSpace, settings: Settings) -> TaskSpace:
    """The space with only the families that ``settings`` name, all it has by default.

    Raises:
        VocabularyError: A name is unknown.
    """
    if not settings.families:
        return space
    names = [family.name for family in (OF_CANDIDATES if settings.model == "ranker" else OF_WORDS)]
    unknown = [name for name in settings.families if name not in names]
    if unknown:
        raise VocabularyError(
            f"found the families {', '.join(unknown)}, expected some of {', '.join(names)} for the model "
            f"{settings.model}"
        )
    main = MAIN[settings.model]
    if settings.weighting == "cosine" and main not in settings.families:
        raise VocabularyError(
            f"weighting cosine compares families with {main}, found only {', '.join(settings.families)}; add it, or "
            "take the weighting uniform"
        )
    if settings.model == "ranker":
        own = {family.name: family for family in (*OF_CANDIDATES, *space.families)}
        return replace(space, families=tuple(own[name] for name in settings.families))
    words = {family.name: family for family in (*OF_WORDS, *space.word_families)}
    return replace(space, word_families=tuple(words[name] for name in settings.families))


def watched_episodes(space: TaskSpace, settings: Settings, *, progress: Progress = silent) -> tuple[Episode, ...]:
    """Main tasks into each of the languages that ``settings`` watch, from all that are trained on.

    Raises:
        VocabularyError: There is no dictionary into one of them.
    """
    if not settings.watched:
        return ()
    plain = replace(settings, seed_noise=0.0, rotations=False, families=(MAIN[settings.model],))
    main_only = with_families(space, plain)
    dictionaries = {
        pair: dictionary
        for pair, dictionary in main_only.dictionaries.items()
        if pair[1] in settings.watched and pair[0] not in settings.watched
    }
    into = replace(main_only, dictionaries=dictionaries)
    count = 2 * len(into.kinds if settings.model == "ranker" else into.word_kinds)
    if not count:
        raise VocabularyError(f"found no dictionary into {', '.join(settings.watched)}, expected one to watch it by")
    numbers = progress(range(count), "Preparing tasks to watch", count)
    if settings.model == "ranker":
        return tuple(_candidates(into, number, plain) for number in numbers)
    hub = Hub.of(replace(space, held_out=space.held_out | {*settings.watched}))
    return tuple(_words(into, hub, number, plain) for number in numbers)


@single_thread()
def run_training(
    space: TaskSpace,
    settings: Settings = DEFAULTS,
    *,
    checkpoints: Checkpointing | None = None,
    progress: Progress = silent,
    watch: Watch | None = None,
    share: Share | None = None,
) -> Checkpoint:
    """Meta-train a model on the tasks of ``space`` and return it; its languages are those of the space.

    Languages in ``settings.watched`` are kept out of training, and only their precision is reported.
    With ``checkpoints`` one is written every so many steps and when training ends or is interrupted, and tasks that are
    prepared are kept until it ends; a process that is killed leaves the last one. A resumed run ends where an
    uninterrupted one would have, bit for bit, also where there are more cores: one thread computes everything.

    Args:
        space: All tasks.
        settings: How to train.
        checkpoints: Where the run is kept.
        progress: Watches the long parts.
        watch: Called after every step.
        share: Makes a learner of one that works in several processes (``meta.training.parallel.Shared``).

    Raises:
        VocabularyError: The space has no tasks.
        OutputError: A run is there already, and neither ``resume`` nor ``force`` is set.
        CheckpointError: The run there cannot be continued: damaged, or of other inputs or settings.
    """
    trained_on = replace(space, held_out=space.held_out | {*settings.watched})
    resumed = _resumed(checkpoints, trained_on, settings)
    prepared = Prepared.of(checkpoints.folder if checkpoints and checkpoints.writing else None, trained_on, settings)
    episodes = episodes_of(trained_on, settings, prepared=prepared, progress=progress)
    watched = watched_episodes(space, settings, progress=progress)
    if settings.folds > 1:
        stop = resumed.settings.steps if resumed else best_stop(episodes, settings, progress=progress)
        settings = replace(settings, steps=stop)
    begun = resumed or begin(episodes, settings, languages=trained_on.languages, held_out=trained_on.held_out)
    begun = replace(begun, settings=settings, inputs=begun.inputs or inputs_of(trained_on))
    trained = finish(
        begun, episodes, watched=watched, checkpoints=checkpoints, progress=progress, watch=watch, share=share
    )
    prepared.forget()
    return trained


def begin(
    episodes: Sequence[Episode],
    settings: Settings,
    *,
    languages: Sequence[str] = (),
    held_out: Sequence[str] | frozenset[str] = (),
) -> Checkpoint:
    """A model before its first step."""
    generator = torch.Generator().manual_seed(settings.seed)
    inputs = episodes[0].support.x.shape[-1] if episodes else len(FEATURES)
    model = new_network(settings.model, inputs, settings.hidden, settings.ways)
    model.initialise(*scale_of(episodes), generator)
    state = first_state(model, generator, settings)
    return Checkpoint(settings, state, model.mean, model.spread, tuple(languages), tuple(sorted(held_out)))


def finish(
    checkpoint: Checkpoint,
    episodes: Sequence[Episode],
    *,
    watched: Sequence[Episode] = (),
    checkpoints: Checkpointing | None = None,
    progress: Progress = silent,
    watch: Watch | None = None,
    share: Share | None = None,
) -> Checkpoint:
    """Take the steps that are left; see ``run_training``.

    Raises:
        CheckpointError: No parameter moved, or one is infinite or not a number at the end.
    """
    settings, model = checkpoint.settings, checkpoint.network()
    learner = learner_of(model, settings)
    steps = train(
        share(learner) if share else learner,
        episodes,
        settings,
        checkpoint.state,
        sampler=sampler_of(episodes, settings),
        model=model,
        watched=watched,
    )
    saved, before = -1, checkpoint.state
    writing = checkpoints if checkpoints and checkpoints.writing else None
    try:
        for step in progress(steps, "Meta-training", max(0, settings.steps - checkpoint.state.number)):
            checkpoint = replace(checkpoint, state=step.state, history=(*checkpoint.history, step.losses))
            if watch:
                watch(step)
            if writing and step.number % writing.every == 0:
                save(checkpoint, writing.folder)
                saved = step.number
    finally:
        if writing and checkpoint.state.number != saved:
            save(checkpoint, writing.folder)
    if settings.outer_rate:
        check_moved(before.weights, checkpoint.state.weights, checkpoint.state.number - before.number)
    return checkpoint


def sampler_of(episodes: Sequence[Episode], settings: Settings) -> Sampler:
    """The sampler that ``settings`` name; by affinity means to the main tasks, by their descriptors."""
    if settings.sampler == "bandit":
        return Bandit(arms_of(episodes))
    if settings.sampler == "affinity":
        return ByAffinity(affinity_shares(episodes, MAIN[settings.model]))
    return Uniform()


def affinity_shares(episodes: Sequence[Episode], main: str) -> torch.Tensor:
    """How near each episode's kind is to the main ones, a mean of descriptor affinities, shape ``(episodes,)``."""
    task_map = by_descriptor(episodes)
    mains = [place for place, name in enumerate(task_map.names) if name.split(" ")[0] == main]
    affinity = task_map.affinity[:, mains or slice(None)].mean(axis=1)
    numbers = arms_of(episodes)  # kinds by name, as in the map
    return torch.tensor([affinity[number] for number in numbers], dtype=torch.float32).clamp_min(1e-3)


def best_stop(episodes: Sequence[Episode], settings: Settings, *, progress: Progress = silent) -> int:
    """The number of steps with the highest held-out precision, on average over folds of languages (cross-validation).

    Raises:
        VocabularyError: The languages do not allow two folds with tasks on both sides.
    """
    languages = sorted({language for episode in episodes for language in episode.languages})
    curves = []
    for fold in folds_of(languages, settings.folds):
        training = [episode for episode in episodes if not same_languages(fold, episode.languages)]
        held_out = [
            episode
            for episode in episodes
            if same_languages(fold, episode.languages) and episode.family == MAIN[settings.model]
        ]
        if training and held_out:
            trained = finish(begin(training, settings), training, watched=held_out, progress=progress)
            curves.append([step[PRECISION] for step in trained.history if PRECISION in step])
    if not curves or not curves[0]:
        raise VocabularyError(
            f"found {len(languages)} languages and {settings.steps} steps, expected enough for {settings.folds} folds "
            f"and {settings.check_every} steps; train without folds"
        )
    return settings.check_every * (1 + int(np.argmax(np.mean(curves, axis=0))))


def _candidates(space: TaskSpace, number: int, settings: Settings) -> Episode:
    task = noisy(space.task(number, settings.seed), settings.seed_noise, _noise(settings, number))
    return episode(task, space.vectors)


def _words(space: TaskSpace, hub: Hub, number: int, settings: Settings) -> Episode:
    random = _noise(settings, number)
    task = noisy_words(space.word_task(number, settings.seed), settings.seed_noise, random)
    made = word_episode(task, space.vectors, hub, settings.ways)
    return rotated(made, random) if settings.rotations else made


def _noise(settings: Settings, number: int) -> np.random.Generator:
    return np.random.default_rng([settings.seed, number, 1])


def _resumed(checkpoints: Checkpointing | None, space: TaskSpace, settings: Settings) -> Checkpoint | None:
    """The checkpoint to go on from, if any."""
    if checkpoints is None:
        return None
    path = checkpoints.folder / FILE
    if not checkpoints.resume:
        refuse_to_overwrite(path, checkpoints.force or not checkpoints.writing)
        return None
    if not path.exists():
        return None
    resumed = load(checkpoints.folder)
    if replace(resumed.settings, steps=settings.steps) != settings:
        pairs = (
            (field.name, getattr(resumed.settings, field.name), getattr(settings, field.name))
            for field in fields(settings)
        )
        differ = ", ".join(f"{name} {old} (now {new})" for name, old, new in pairs if old != new and name != "steps")
        raise CheckpointError(f"{path}: found a run with {differ}; give the same options, or start anew with --force")
    if resumed.inputs != inputs_of(space):
        raise CheckpointError(
            f"{path}: found a run on other vectors or dictionaries, expected those given now; give the same ones, or "
            "start anew with --force"
        )
    return resumed
