"""Regularisation against over-fitting the training languages; each kind can be switched off.

Language dropout is in ``meta.training.samplers``, the proximal term in ``meta.learners.inner_loop``; seed noise, random
rotations and folds over languages are here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from torch import Tensor

from isogloss.data.compute import as_tensor
from isogloss.meta.learners.inner_loop import Batch
from isogloss.meta.learners.learner import Episode
from isogloss.meta.tasks.task import Example, Task, WordTask


def noisy(task: Task, share: float, random: np.random.Generator) -> Task:
    """The task with the targets of a share of its seeds permuted, as users' lists have wrong pairs."""
    return replace(task, support=_mixed(task.support, share, random)) if share else task


def noisy_words(task: WordTask, share: float, random: np.random.Generator) -> WordTask:
    """The task with the targets of a share of its seeds permuted."""
    return replace(task, seeds=_mixed(task.seeds, share, random)) if share else task


def rotated(episode: Episode, random: np.random.Generator) -> Episode:
    """The episode in a basis of its own: no coordinate means the same in two of them.

    Only for inputs that are vectors; the features of candidates do not depend on a basis.
    """
    rotation = random_rotation(episode.support.x.shape[-1], random)
    support, query = (Batch(batch.x @ rotation, batch.y) for batch in (episode.support, episode.query))
    return replace(episode, support=support, query=query)


def random_rotation(size: int, random: np.random.Generator) -> Tensor:
    """A rotation drawn from all alike (Haar), shape ``(size, size)``; reflections are among them."""
    q, r = np.linalg.qr(random.standard_normal((size, size)))
    return as_tensor((q * np.sign(np.diag(r))).astype(np.float32))


def folds_of(languages: Sequence[str], count: int) -> tuple[tuple[str, ...], ...]:
    """The languages in at most ``count`` parts, none of them empty."""
    ordered = sorted(languages)
    return tuple(tuple(ordered[start::count]) for start in range(min(count, len(ordered))))


def _mixed(examples: tuple[Example, ...], share: float, random: np.random.Generator) -> tuple[Example, ...]:
    places = [place for place, example in enumerate(examples) if example.holds]
    chosen = sorted(random.permutation(places)[: round(share * len(places))].tolist())
    permuted = list(examples)
    for place, partner in zip(chosen, [*chosen[1:], *chosen[:1]], strict=True):
        permuted[place] = examples[place]._replace(target=examples[partner].target)
    return tuple(permuted)
