"""Few-shot adaptation to a new language: the ranker is adapted to the seeds, then translates all words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.func import functional_call

from isogloss.data.compute import as_tensor
from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.index import Rows
from isogloss.meta.learners.weights import Weights
from isogloss.meta.models.candidate_ranker import Ranker, probabilities
from isogloss.meta.tasks.alignment_views import Survey
from isogloss.meta.tasks.candidate_episodes import CANDIDATES, Sides, support_batch, task_descriptor
from isogloss.meta.tasks.candidate_features import BLOCK, candidates, describe
from isogloss.meta.tasks.task import Example, Task
from isogloss.meta.tasks.vector_tables import Spaces
from isogloss.meta.training.checkpoint import Checkpoint


class Ranking(NamedTuple):
    """Candidate target rows of each word, most probable first, and the probability that each is right."""

    rows: Rows  # (words, candidates)
    probability: Matrix  # (words, candidates)


@dataclass(frozen=True, eq=False)
class Adapted:
    """A model adapted to a pair of languages by its seeds.

    ``past_tasks`` are those that the memory moved its start by, with their shares.
    """

    sides: Sides
    seeds: Seeds
    surveys: tuple[Survey, ...]
    ranker: Ranker
    weights: Weights
    past_tasks: tuple[tuple[str, float], ...] = ()

    def rank(self, words: Rows) -> Ranking:
        """The candidates of source rows, most probable first."""
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
        seeds = self.seeds.only(rows)
        pairs = [
            Pair(source.written[a], target.written[b], 1.0, {"rank": 1, "mutual": True, "seed": True})
            for a, b in zip(seeds.source.tolist(), seeds.target.tolist(), strict=True)
        ]
        for start in progress(range(0, len(new), BLOCK), "Translating"):
            pairs.extend(self._pairs(new[start : start + BLOCK], k))
        likely = sorted(
            (pair for pair in pairs if pair.weight >= min_probability), key=lambda pair: source.find(pair.source)
        )
        origin = Origin("isogloss meta ranker adapt", kind="induced")
        return Dictionary(source.language, target.language, tuple(likely), origin)

    def _pairs(self, words: Rows, k: int) -> Iterator[Pair]:
        ranking, retrieval = self.rank(words), self.surveys[-1].retrieval
        for word, rows, word_probabilities in zip(words.tolist(), ranking.rows, ranking.probability, strict=True):
            best = zip(rows[:k].tolist(), word_probabilities[:k].tolist(), strict=True)
            for rank, (row, probability) in enumerate(best, 1):
                evidence = {
                    "rank": rank,
                    "mutual": bool(retrieval.backward.rows[row, 0] == word and retrieval.forward.rows[word, 0] == row),
                    "seed": False,
                }
                yield Pair(self.sides.source.written[word], self.sides.target.written[row], probability, evidence)

    def _blocks(self, words: Rows, offered: Rows) -> Iterator[NDArray[np.float32]]:
        for start in range(0, len(words), BLOCK):
            part = slice(start, start + BLOCK)
            features = describe(
                self.surveys, self.sides.source, self.sides.target, self.seeds, words[part], offered[part]
            )
            with torch.no_grad():
                scores = functional_call(self.ranker, dict(self.weights), (as_tensor(features),))
            yield probabilities(scores).numpy()


def adapt_to_language(
    checkpoint: Checkpoint, source: Vectors, target: Vectors, seeds: Dictionary, *, progress: Progress = silent
) -> Adapted:
    """Adapt ``checkpoint`` to a pair of languages that training need not have seen.

    Args:
        checkpoint: A meta-trained model.
        source: Vectors of the language to translate from, as read.
        target: Vectors of the other language, of the same dimensions.
        seeds: Seed dictionary, ten pairs or more.
        progress: Watches the parts of the work.

    Raises:
        CheckpointError: The model does not rank translations.
        VocabularyError: Too few seeds have vectors, or the dimensions differ.
    """
    ranker = checkpoint.ranker()
    pair = {"source": source, "target": target}
    spaces, all_words = Spaces(pair, checkpoint.settings.vocabulary), Spaces(pair)
    sides = Sides.of(all_words, "source", "target")
    pairs = Seeds.of(seeds, source, target)
    chosen_sides = Sides.of(spaces, "source", "target")
    if max(pairs.source) >= len(chosen_sides.source) or max(pairs.target) >= len(chosen_sides.target):
        spaces, chosen_sides = all_words, sides  # a seed lies beyond the frequent words that training used
    examples = tuple(
        Example(source.words[a], target.words[b])
        for a, b in zip(pairs.source.tolist(), pairs.target.tolist(), strict=True)
    )
    task = Task("word-mapping", source.language, target.language, examples, ())
    support = support_batch(chosen_sides, pairs, task, progress=progress)
    start, reading = checkpoint.start(task_descriptor(spaces, "source", "target", chosen_sides, pairs))
    weights = checkpoint.learner().adapt(start, support)
    (surveys,) = (sides.surveys(pairs) for _ in progress(range(1), "Fitting to all seeds"))
    return Adapted(sides, pairs, surveys, ranker, weights, reading.sources)
