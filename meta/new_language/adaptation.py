"""A new language from a handful of words: adapt the ranker to the seeds, then translate everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.func import functional_call

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.index import Rows
from isogloss.meta.learners.weights import Weights
from isogloss.meta.models.candidate_ranker import Ranker, probabilities
from isogloss.meta.tasks.alignment_views import Survey
from isogloss.meta.tasks.candidate_episodes import CANDIDATES, Sides, described, describing_folds
from isogloss.meta.tasks.candidate_features import BLOCK, candidates, describe
from isogloss.meta.tasks.task import Example, Task
from isogloss.meta.tasks.vector_tables import Spaces
from isogloss.meta.training.checkpoint import Checkpoint


class Ranking(NamedTuple):
    """Candidate target rows of each word, surest first, and the probability that each is right."""

    rows: Rows  # (words, candidates)
    probability: Matrix  # (words, candidates)


@dataclass(frozen=True, eq=False)
class Adapted:
    """A model adapted to a pair of languages by its seeds; ``read`` are the past tasks that moved its start."""

    sides: Sides
    seeds: Seeds
    surveys: tuple[Survey, ...]
    ranker: Ranker
    weights: Weights
    read: tuple[tuple[str, float], ...] = ()

    def rank(self, words: Rows) -> Ranking:
        """The candidates of source rows that are no seeds."""
        offered = candidates(self.surveys, words, CANDIDATES)
        probability = np.concatenate([np.empty((0, offered.shape[1]), np.float32), *self._blocks(words, offered)])
        order = np.argsort(-probability, axis=1, kind="stable")
        return Ranking(np.take_along_axis(offered, order, 1), np.take_along_axis(probability, order, 1))

    def translate(
        self, words: Sequence[str], k: int = 1, *, min_probability: float = 0.0, progress: Progress = silent
    ) -> Dictionary:
        """The ``k`` best translations of each word, weighted by their probability; seeds as they were given.

        Raises:
            VocabularyError: Some words have no vector.
        """
        source, target = self.sides.source, self.sides.target
        rows = source.indices(words)
        new = rows[~np.isin(rows, self.seeds.source)]
        known = self.seeds.only(rows)
        pairs = [
            Pair(source.words[a], target.words[b], 1.0, {"rank": 1, "mutual": True, "seed": True})
            for a, b in zip(known.source.tolist(), known.target.tolist(), strict=True)
        ]
        for start in progress(range(0, len(new), BLOCK), "Translating"):
            pairs.extend(self._pairs(new[start : start + BLOCK], k))
        kept = sorted(
            (pair for pair in pairs if pair.weight >= min_probability), key=lambda pair: source.row_of[pair.source]
        )
        origin = Origin("isogloss meta adapt", kind="induced")
        return Dictionary(source.language, target.language, tuple(kept), origin)

    def _pairs(self, words: Rows, k: int) -> Iterator[Pair]:
        found, learned = self.rank(words), self.surveys[-1].found
        for word, rows, chances in zip(words.tolist(), found.rows, found.probability, strict=True):
            for rank, (row, chance) in enumerate(zip(rows[:k].tolist(), chances[:k].tolist(), strict=True), 1):
                evidence = {
                    "rank": rank,
                    "mutual": bool(learned.backward.rows[row, 0] == word and learned.forward.rows[word, 0] == row),
                    "seed": False,
                }
                yield Pair(self.sides.source.words[word], self.sides.target.words[row], chance, evidence)

    def _blocks(self, words: Rows, offered: Rows) -> Iterator[NDArray[np.float32]]:
        for start in range(0, len(words), BLOCK):
            part = slice(start, start + BLOCK)
            features = describe(
                self.surveys, self.sides.source, self.sides.target, self.seeds, words[part], offered[part]
            )
            with torch.no_grad():
                scores = functional_call(self.ranker, dict(self.weights), (torch.from_numpy(features),))
            yield probabilities(scores).numpy()


def adapt_to_language(
    checkpoint: Checkpoint, source: Vectors, target: Vectors, seeds: Dictionary, *, progress: Progress = silent
) -> Adapted:
    """Adapt ``checkpoint`` to a pair of languages that training need not have seen.

    Args:
        checkpoint: A meta-trained model.
        source: Vectors of the language to translate from, as read.
        target: Vectors of the other language, of the same dimensions.
        seeds: Known translations; ten are a beginning.
        progress: Watches the parts of the work.

    Raises:
        VocabularyError: Too few seeds have vectors, or the dimensions differ.
    """
    pair = {"source": source, "target": target}
    spaces, whole = Spaces(pair, checkpoint.settings.vocabulary), Spaces(pair)
    sides = Sides.of(whole, "source", "target")
    known = Seeds.of(seeds, source, target)
    near = Sides.of(spaces, "source", "target")
    if max(known.source) >= len(near.source) or max(known.target) >= len(near.target):
        spaces, near = whole, sides  # a seed lies beyond the frequent words that training used
    examples = tuple(
        Example(source.words[a], target.words[b])
        for a, b in zip(known.source.tolist(), known.target.tolist(), strict=True)
    )
    task = Task("word-mapping", source.language, target.language, examples, ())
    support = describing_folds(near, known, task, progress=progress)
    start, read = checkpoint.start(described(spaces, "source", "target", near, known))
    weights = checkpoint.learner().adapt(start, support)
    (surveys,) = (sides.surveys(known) for _ in progress(range(1), "Fitting to all seeds"))
    return Adapted(sides, known, surveys, checkpoint.ranker(), weights, read.sources)
