"""From tasks to tensors: every word is described by maps that never saw it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import torch

from isogloss.data.compute import as_tensor
from isogloss.data.errors import VocabularyError
from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.index import Rows
from isogloss.meta.learners.inner_loop import Batch
from isogloss.meta.learners.learner import Episode
from isogloss.meta.tasks.alignment_views import Survey, views
from isogloss.meta.tasks.candidate_features import candidates, describe
from isogloss.meta.tasks.descriptors import describe_pair
from isogloss.meta.tasks.task import Example, Task
from isogloss.meta.tasks.vector_tables import Spaces

CANDIDATES = 20  # of each source word; round number
FOLDS = 4  # of cross-fitting the support set: features of a fold come from maps fitted to the others; round number
MIN_SEEDS = 5  # seed words below which a fold has none or its map nothing to fit; one more than FOLDS, not tuned


class Sides(NamedTuple):
    """Two languages ready to be aligned: words, and normalised vectors."""

    source: Vectors
    target: Vectors
    x: Matrix
    y: Matrix

    @classmethod
    def of(cls, spaces: Spaces, source: str, target: str) -> Sides:
        """The words and normalised vectors of two languages.

        Raises:
            VocabularyError: There are no vectors of one of them, or their dimensions differ.
        """
        spaces.aligned_dimensions(source, target)
        return cls(spaces.words(source), spaces.words(target), spaces.matrix(source), spaces.matrix(target))

    def surveys(self, seeds: Seeds) -> tuple[Survey, ...]:
        """What the views fitted to ``seeds`` propose."""
        return tuple(Survey.of(view, CANDIDATES) for view in views(self.x, self.y, seeds))

    def seeds(self, examples: Iterable[Example]) -> Seeds:
        """The examples that hold, as row numbers."""
        true = [example for example in examples if example.holds]
        return Seeds(
            self.source.indices([example.source for example in true]),
            self.target.indices([example.target for example in true]),
        )


def episode(task: Task, spaces: Spaces) -> Episode:
    """The tensors of a task: support described across folds, query by maps fitted to all seeds.

    Raises:
        VocabularyError: Fewer than ``MIN_SEEDS`` seeds, or vectors are missing or of different dimensions.
    """
    sides = Sides.of(spaces, task.source, task.target)
    seeds = sides.seeds(task.support)
    support = support_batch(sides, seeds, task)
    query = _describing(sides, sides.surveys(seeds), seeds, task, task.query)
    descriptor = task_descriptor(spaces, task.source, task.target, sides, seeds)
    return Episode(support, query, task.family, (task.source, task.target), descriptor=descriptor)


def task_descriptor(spaces: Spaces, source: str, target: str, sides: Sides, seeds: Seeds) -> dict[str, float]:
    """What describes a task between two languages of ``spaces`` that is known by ``seeds``."""
    languages = spaces.language_descriptor(source), spaces.language_descriptor(target)
    return describe_pair(*languages, sides.source, sides.target, sides.x, sides.y, seeds)


def support_batch(sides: Sides, seeds: Seeds, task: Task, *, progress: Progress = silent) -> Batch:
    """The support set, each fold of its words described by views fitted to the seeds of the others."""
    batches = []
    for held_out in progress(folds(seeds), "Describing the seeds", FOLDS):
        fitted = seeds.without(held_out)
        words = {sides.source.words[row] for row in held_out.tolist()}
        examples = [example for example in task.support if example.source in words]
        batches.append(_describing(sides, sides.surveys(fitted), fitted, task, examples))
    return Batch(*(torch.cat(tensors) for tensors in zip(*batches, strict=True)))


def folds(seeds: Seeds) -> Iterator[Rows]:
    """The source rows of ``seeds`` in ``FOLDS`` parts.

    Raises:
        VocabularyError: There are fewer than ``MIN_SEEDS`` source words.
    """
    if len(seeds.words) < MIN_SEEDS:
        raise VocabularyError(
            f"found {len(seeds.words)} usable seed words, expected at least {MIN_SEEDS}; give more seed pairs whose "
            "words both have vectors"
        )
    order = seeds.source[np.sort(np.unique(seeds.source, return_index=True)[1])]
    yield from (order[start::FOLDS] for start in range(FOLDS))


def retrieved_candidates(
    sides: Sides, surveys: tuple[Survey, ...], seeds: Seeds, examples: Collection[Example]
) -> Batch:
    """One row for each source word: the candidates that the views propose, and which of them are right."""
    gold = sides.seeds(examples)
    words = gold.words
    rows = candidates(surveys, words, CANDIDATES)
    features = describe(surveys, sides.source, sides.target, seeds, words, rows)
    truth = [
        [row in gold.gold[word] for row in listed] for word, listed in zip(words.tolist(), rows.tolist(), strict=True)
    ]
    return Batch(as_tensor(features), torch.tensor(truth, dtype=torch.float32).reshape(rows.shape))


def listed_candidates(
    sides: Sides, surveys: tuple[Survey, ...], seeds: Seeds, examples: Collection[Example], listed: int
) -> Batch:
    """One row for every ``listed`` examples, which share their source word: their targets are the candidates."""
    ordered = list(examples)
    words = sides.source.indices([example.source for example in ordered[::listed]])
    rows = sides.target.indices([example.target for example in ordered]).reshape(-1, listed)
    features = describe(surveys, sides.source, sides.target, seeds, words, rows)
    truth = torch.tensor([example.truth for example in ordered], dtype=torch.float32).reshape(rows.shape)
    return Batch(as_tensor(features), truth)


def _describing(
    sides: Sides, surveys: tuple[Survey, ...], seeds: Seeds, task: Task, examples: Collection[Example]
) -> Batch:
    if task.listed:
        return listed_candidates(sides, surveys, seeds, examples, task.listed)
    return retrieved_candidates(sides, surveys, seeds, examples)
