"""From tasks about words to tensors: both languages in the basis of one hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from isogloss.data.compute import as_tensor
from isogloss.data.errors import VocabularyError
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.procrustes import procrustes
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.meta.learners.inner_loop import Batch
from isogloss.meta.learners.learner import Episode
from isogloss.meta.tasks.descriptors import describe_pair
from isogloss.meta.tasks.space import TaskSpace
from isogloss.meta.tasks.task import Labelled, WordTask
from isogloss.meta.tasks.vector_tables import Spaces


@dataclass(frozen=True, eq=False)
class Hub:
    """A language whose axes all share: the rotation, shape ``(d, d)``, that carries each other one into its space."""

    language: str
    rotations: Mapping[str, Matrix]

    @classmethod
    def of(cls, space: TaskSpace) -> Hub:
        """The training language with the most known pairs, and rotations from all pairs with it (Procrustes).

        Languages without a dictionary into the hub have no rotation, and tasks do not start from them.

        Raises:
            VocabularyError: The space has no pair of languages.
        """
        sizes = dict.fromkeys(space.languages, 0)
        for kind in space.word_kinds:
            sizes[kind.target] += kind.words
        if not sizes:
            raise VocabularyError("found no pair of languages to draw tasks from, expected at least one")
        hub = max(sizes, key=lambda language: (sizes[language], language))
        matrix = space.vectors.matrix(hub)
        rotations = {hub: np.eye(matrix.shape[1], dtype=np.float32)}
        for language in space.languages:
            pairs = space.between(language, hub)
            if language != hub and pairs is not None:
                x = space.vectors.matrix(language)[space.vectors.words(language).indices([p.source for p in pairs])]
                y = matrix[space.vectors.words(hub).indices([p.target for p in pairs])]
                rotations[language] = procrustes(x, y).matrix
        return cls(hub, rotations)


def word_episode(task: WordTask, spaces: Spaces, hub: Hub, ways: int) -> Episode:
    """The tensors of a task: source words on the hub's axes, target words carried there by the known pairs alone.

    Args:
        task: Words to classify.
        spaces: Vectors of both languages.
        hub: Whose axes to use; the source language has to be among its ``rotations``.
        ways: Columns of the truth, at least as many as the task has classes.
    """
    spaces.aligned_dimensions(task.source, task.target)
    home = hub.rotations[task.source]
    rows = {language: spaces.words(language).row_of for language in (task.source, task.target)}
    x, y = spaces.matrix(task.source), spaces.matrix(task.target)
    source_rows = [rows[task.source][pair.source] for pair in task.seeds]
    target_rows = [rows[task.target][pair.target] for pair in task.seeds]
    carried = procrustes(y[target_rows], x[source_rows]).matrix @ home
    maps = {task.source: (x, home), task.target: (y, carried)}

    def batch(words: tuple[Labelled, ...], *, confuse: bool) -> Batch:
        vectors = [
            maps[example.language][0][rows[example.language][example.word]] @ maps[example.language][1]
            for example in words
        ]
        truth = torch.zeros(len(words), ways)
        for place, labelled in enumerate(words):
            truth[place, : task.ways if confuse else 0] = 1 / task.ways
            if not confuse:
                truth[place, labelled.label] = 1.0
        return Batch(as_tensor(np.array(vectors, dtype=np.float32)), truth)

    support, query = batch(task.support, confuse=False), batch(task.query, confuse=task.confuse)
    languages = spaces.language_descriptor(task.source), spaces.language_descriptor(task.target)
    words = spaces.words(task.source), spaces.words(task.target)
    descriptor = describe_pair(*languages, *words, x, y, Seeds(np.array(source_rows), np.array(target_rows)))
    return Episode(support, query, task.family, (task.source, task.target), descriptor=descriptor)
