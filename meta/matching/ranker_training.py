"""Training of the candidate ranker (``lexicon.ranking.ranker``) on other languages: pooled, then episodic (MAML)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from isogloss.data.compute import as_tensor
from isogloss.data.language import same_languages
from isogloss.data.numerics.adam import Adam, Rate
from isogloss.data.threads import single_thread
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.presets import SELF_TRAINED, Method
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.calibration import trained_ranker
from isogloss.lexicon.induction.crossfit import Examples, crossfit
from isogloss.lexicon.ranking.candidates import Candidates
from isogloss.lexicon.ranking.features import OF_PAIR, THIRD
from isogloss.lexicon.ranking.ranker import Ranker, calibrated, domain_statistics
from isogloss.lexicon.ranking.training import (
    TRANSFER,
    adapted,
    adapted_weights,
    forward,
    network_inputs,
    ranking_loss,
    train,
)
from isogloss.lexicon.self_learning.training_pairs import TrainingPairs
from isogloss.meta.learners.memory import Memory
from isogloss.meta.matching.memory import conditioned, task_memory
from isogloss.meta.matching.ranker_with_memory import RankerWithMemory
from isogloss.meta.matching.ranking_task import RankingTask

METHOD: Method = SELF_TRAINED  # training candidates come from the fits that will be ranked
SUPPORT_COUNTS = (10, 25, 50, 100)  # words in the support set of an episode; round numbers, those of the benchmarks
MAX_QUERY = 600  # words in the query set of an episode; round number
STEPS = (0, 40, 80, 160, 320)  # numbers of outer steps to choose from on held-out languages; doubling
RATE = 3e-4  # of Adam in the outer loop; round number
EPISODES = 6  # of each held-out task, whose mean precision chooses the number of steps; round number


class TaskTensors(NamedTuple):
    """The words of a task as the network takes them."""

    inputs: Tensor  # (n, k, f)
    labels: Tensor  # (n, k)


@dataclass(frozen=True, eq=False)
class Fold:
    """One language held out: the tasks without it, those with it, and a ``ranker`` trained on the former."""

    training: Sequence[RankingTask]
    held_out: Sequence[RankingTask]
    ranker: Ranker
    seed: int

    @cached_property
    def memory(self) -> Memory:
        """The memory of the training tasks."""
        return task_memory(self.ranker, self.training, seed=self.seed)

    def conditioned(self, task: RankingTask) -> Ranker:
        """The ranker, moved by the memory for the vectors of ``task``."""
        return conditioned(self.ranker, self.memory, task.descriptor)


def ranking_examples(
    space: Space, training_pairs: TrainingPairs, gold: Seeds, *, min_pairs: int | None = None, seed: int = 0
) -> tuple[Examples, Examples]:
    """The candidates of ``gold`` words in the two fits of ``lexicon build``: after self-learning, and self-training.

    Args:
        space: Both languages.
        training_pairs: The pairs that the first fit is made to.
        gold: The words, and all their translations.
        min_pairs: The least number of pseudo-labels of self-training; see ``pseudo_labels``.
        seed: Of the ranker that chooses the pseudo-labels.
    """
    grown = crossfit(space, METHOD.untuned(), training_pairs, candidates="all", backward=False).candidates
    labels = pseudo_labels(grown, training_pairs, gold, min_pairs=min_pairs, third=bool(space.third), seed=seed)
    labelled = training_pairs.with_pseudo_labels(labels)
    self_trained = crossfit(space, METHOD, labelled, candidates="all", backward=False)
    return Examples.of(grown, gold), Examples.of(self_trained.candidates, gold)


def pseudo_labels(
    grown: Candidates,
    training_pairs: TrainingPairs,
    gold: Seeds,
    *,
    min_pairs: int | None = None,
    third: bool = False,
    seed: int = 0,
) -> Seeds:
    """The pairs that self-training is fitted to: the most probable ones by a ranker trained on ``gold``.

    There are at least ``min_pairs``, by default as many as ``training_pairs`` (``lexicon.induction.self_training``): of
    a small dictionary hardly any pair is probable, and maps fitted to so few are not those that will be ranked. With
    ``third`` the ranker has the features of third languages.
    """
    examples = Examples.of(grown, gold)
    names = (*OF_PAIR, *THIRD) if third else OF_PAIR
    own = trained_ranker(examples, examples.words, names, reorder=True, seed=seed).ranker
    return grown.mutual_pairs(own, min_pairs=len(training_pairs.pairs) if min_pairs is None else min_pairs)


def relative_features(examples: Examples) -> Examples:
    """``examples``, features standardised by their mean and deviation between these two languages."""
    centre, spread = domain_statistics(examples.features)
    return replace(examples, features=((examples.features - centre) / spread).astype(np.float32))


@dataclass(frozen=True, eq=False)
class RankerTraining:
    """Training on ``tasks`` of a ranker over the features ``names``: pooled, or episode by episode.

    ``seed`` draws first weights, batches and episodes.
    """

    tasks: Sequence[RankingTask]
    names: tuple[str, ...] = OF_PAIR
    seed: int = 0

    @cached_property
    def pooled(self) -> Ranker:
        """A ranker trained on the words of all tasks at once, without episodes.

        Its probabilities are calibrated on held-out languages, each ranked by a ranker trained without it; where a
        held-out language leaves no task to train on, on the tasks themselves.
        """
        ranker = self._trained(self.tasks)
        blind = [(fold.ranker, task) for fold in self._folds for task in fold.held_out]
        return _calibrated_on(ranker, blind or [(ranker, task) for task in self.tasks])

    @single_thread()
    def meta_trained(self, *, steps: int | None = None, second_order: bool = True) -> Ranker:
        """``pooled``, meta-trained so that gradient steps on a support set (``adapted``) serve the query set.

        Its calibration stays. Meta-training after pre-training does better than from nothing (Langedijk et al., 2022).

        Args:
            steps: Outer steps, of one episode each; by default ``best_step_count``.
            second_order: Whether to differentiate through the inner steps (MAML), or not (first-order MAML).
        """
        if steps is None:
            steps = self.best_step_count(second_order=second_order)
        path = _path(self.tasks, self.pooled, second_order=second_order, seed=self.seed)
        return next(islice(path, steps, None))

    @single_thread()
    def best_step_count(self, *, choices: Collection[int] = STEPS, second_order: bool = True) -> int:
        """The number of outer steps after which held-out languages are ranked best, by rankers trained without them.

        0 where no language can be held out.
        """
        scores: dict[int, list[float]] = {steps: [] for steps in choices}
        for fold in self._folds:
            path = _path(fold.training, fold.ranker, second_order=second_order, seed=self.seed)
            for steps, ranker in enumerate(islice(path, max(choices) + 1)):
                if steps in scores:
                    random = np.random.default_rng(self.seed)
                    precisions = [_episode_precision(ranker, task, random) for task in fold.held_out]
                    scores[steps].append(float(np.mean(precisions)))
        if not any(scores.values()):
            return 0
        return max(sorted(scores), key=lambda steps: np.mean(scores[steps]))

    @single_thread()
    def with_memory(self, ranker: Ranker) -> RankerWithMemory:
        """``ranker`` and the memory of all tasks, calibrated as its conditioned versions are.

        The memory stays empty where it does not help on held-out languages, or none can be held out.
        """
        if not self.memory_helps:
            return RankerWithMemory(ranker, Memory(0))
        blind = [(fold.conditioned(task), task) for fold in self._folds for task in fold.held_out]
        return RankerWithMemory(_calibrated_on(ranker, blind), task_memory(ranker, self.tasks, seed=self.seed))

    @cached_property
    def memory_helps(self) -> bool:
        """Whether the memory of the other tasks raises the mean precision on held-out languages."""
        gains = [
            np.mean(
                [_precision(fold.conditioned(task), task) - _precision(fold.ranker, task) for task in fold.held_out]
            )
            for fold in self._folds
        ]
        return bool(gains) and float(np.mean(gains)) > 0

    @cached_property
    def _folds(self) -> Sequence[Fold]:
        """One for each language whose absence leaves tasks to train on."""
        folds = []
        for language in sorted({name for task in self.tasks for name in task.languages}):
            training = [task for task in self.tasks if not same_languages([language], task.languages)]
            held_out = [task for task in self.tasks if same_languages([language], task.languages)]
            if training:
                folds.append(Fold(training, held_out, self._trained(training), self.seed))
        return folds

    def _trained(self, tasks: Sequence[RankingTask]) -> Ranker:
        together = Examples.concatenated(task.examples for task in tasks)
        features, truth = together.features, together.truth
        ranker = train(features, truth, self.names, reorder=True, training=TRANSFER, seed=self.seed)
        return replace(ranker, relative=True)


def _calibrated_on(ranker: Ranker, blind: Sequence[tuple[Ranker, RankingTask]]) -> Ranker:
    """``ranker``, calibrated by the logits of rankers of its kind, each on a task that it was not trained on."""
    logits = np.concatenate([blind_ranker.logits(task.examples.features) for blind_ranker, task in blind])
    return calibrated(ranker, logits, np.concatenate([task.examples.truth for _, task in blind]))


def _precision(ranker: Ranker, task: RankingTask) -> float:
    return _precision_at_1(ranker.logits(task.examples.features), task.examples.truth)


def _path(tasks: Sequence[RankingTask], start: Ranker, *, second_order: bool, seed: int) -> Iterator[Ranker]:
    """``start``, and the ranker after each outer step."""
    prepared = [_tensors(start, task.examples) for task in tasks]
    weights = {name: torch.tensor(value).requires_grad_() for name, value in start.weights.items()}
    optimiser = Adam(weights.values())
    random = np.random.default_rng(seed)
    while True:
        yield replace(start, weights={name: weight.detach().clone().numpy() for name, weight in weights.items()})
        task = prepared[random.integers(len(prepared))]
        support, query = (_some(task, rows) for rows in _split(len(task.inputs), random))
        own = adapted_weights(weights, *support, second_order=second_order)
        optimiser.step(ranking_loss(forward(own, query.inputs), query.labels), Rate(RATE))


def _split(words: int, random: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the support set of an episode, and of its query set."""
    order = random.permutation(words)
    support = min(int(random.choice(SUPPORT_COUNTS)), words // 2)
    return order[:support], order[support : support + MAX_QUERY]


def _episode_precision(ranker: Ranker, task: RankingTask, random: np.random.Generator) -> float:
    """The mean precision at 1 over ``EPISODES``."""
    return float(np.mean([_precision_at_1(*_after_support(ranker, task, random)) for _ in range(EPISODES)]))


def _precision_at_1(logits: Matrix, truth: NDArray[np.bool_]) -> float:
    return float(truth[np.arange(len(truth)), logits.argmax(axis=1)].mean())


def _after_support(ranker: Ranker, task: RankingTask, random: np.random.Generator) -> tuple[Matrix, NDArray[np.bool_]]:
    """Logits and truth of the query set of an episode, after adaptation to its support set."""
    examples = task.examples
    support, query = _split(len(examples.words), random)
    own = adapted(ranker, examples.features[support], examples.truth[support])
    return own.logits(examples.features[query]), examples.truth[query]


def _tensors(ranker: Ranker, examples: Examples) -> TaskTensors:
    return TaskTensors(network_inputs(ranker, examples.features), as_tensor(examples.truth.astype(np.float32)))


def _some(task: TaskTensors, rows: NDArray[np.int64]) -> TaskTensors:
    return TaskTensors(task.inputs[rows], task.labels[rows])
