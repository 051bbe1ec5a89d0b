"""The candidate ranker of ``lexicon.ranking.ranker``, meta-learned on few-shot episodes of other languages (MAML)."""

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

from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.presets import AUTOMATIC, METHODS, Method
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.calibration import judged
from isogloss.lexicon.induction.crossfit import Examples, crossfit
from isogloss.lexicon.ranking.features import FEATURES
from isogloss.lexicon.ranking.ranker import (
    TRANSFER,
    Ranker,
    adapted,
    calibrated,
    descend,
    forward,
    scale,
    standardised,
    surprise,
    train,
)
from isogloss.lexicon.search.threads import single_thread
from isogloss.lexicon.self_learning.training_pairs import Evidence
from isogloss.meta.learners.memory import Memory
from isogloss.meta.matching.memory import descriptor_of, recalled, remembered
from isogloss.meta.matching.ranker_lesson import Lesson

METHOD: Method = METHODS[AUTOMATIC]  # what ranks has to see what it will rank
COUNTS = (10, 25, 50, 100)  # known words of an episode
ASKED = 600  # words of an episode that are asked
STEPS = (0, 40, 80, 160, 320)  # outer steps to choose from
RATE = 3e-4
TRIALS = 6  # episodes of each lesson that a choice is judged by


class Tensors(NamedTuple):
    """A lesson as the network takes it."""

    inputs: Tensor  # (n, k, f)
    wanted: Tensor  # (n, k)


@dataclass(frozen=True, eq=False)
class Fold:
    """The lessons without a language, those with it, and a ranker that only the former have taught."""

    rest: Sequence[Lesson]
    out: Sequence[Lesson]
    blind: Ranker
    seed: int

    @cached_property
    def memory(self) -> Memory:
        """What only the former have taught of their kinds."""
        return remembered(self.blind, self.rest, seed=self.seed)

    def recalled(self, lesson: Lesson) -> Ranker:
        """The ranker for the languages of ``lesson``."""
        return recalled(self.blind, self.memory, lesson.descriptor)


class Hierarchy(NamedTuple):
    """A ranker that all lessons have taught, and how it moves for languages like those of some."""

    ranker: Ranker
    memory: Memory

    def ranker_for(self, space: Space) -> Ranker:
        """Where the ranker of these languages starts."""
        return recalled(self.ranker, self.memory, descriptor_of(space))


def candidates(
    space: Space, evidence: Evidence, gold: Seeds, *, fewest: int | None = None, seed: int = 0
) -> tuple[Examples, Examples]:
    """The candidates of ``gold`` words as ``lexicon build`` meets them: after self-learning, and after the harvest.

    The harvest has at least ``fewest`` pairs, by default as many as ``evidence`` (``lexicon.induction.self_training``):
    of a small dictionary hardly any pair is sure, and maps fitted to so few are not those that will be judged.
    """
    grown = crossfit(space, METHOD.untuned(), evidence, everyone=True).candidates
    first = Examples.of(grown, gold)
    own = judged(first, first.words, FEATURES, reorder=True, seed=seed).ranker
    found = grown.agreed(own, fewest=len(evidence.pairs) if fewest is None else fewest)
    harvest = crossfit(space, METHOD, evidence.joined(found), everyone=True)
    return first, Examples.of(harvest.candidates, gold)


def relative(found: Examples) -> Examples:
    """``found``, standardised by what is usual between its languages."""
    centre, spread = scale(found.features)
    return replace(found, features=((found.features - centre) / spread).astype(np.float32))


@dataclass(frozen=True, eq=False)
class Course:
    """Lessons, and what they teach a ranker over the features ``names``: all at once, or episode by episode.

    ``seed`` draws first weights, batches and episodes.
    """

    lessons: Sequence[Lesson]
    names: tuple[str, ...] = FEATURES
    seed: int = 0

    @cached_property
    def pooled(self) -> Ranker:
        """A ranker trained on all words of all lessons at once, without episodes.

        Its probabilities are calibrated on languages that were left out, each ranked by what the others taught; where
        nothing is left to learn from then, on the lessons themselves.
        """
        ranker = self._at_once(self.lessons)
        blind = [(fold.blind, each) for fold in self._folds for each in fold.out]
        return _as_sure_as(ranker, blind or [(ranker, each) for each in self.lessons])

    @single_thread()
    def meta_learned(self, *, steps: int | None = None, second_order: bool = True) -> Ranker:
        """``pooled`` trained on, so that steps on seeds (``adapted``) lead to where queries need it.

        Its calibration stays. Meta-training after pre-training does better than from nothing (Langedijk et al., 2022).

        Args:
            steps: Outer steps, of one episode each; by default as many of ``STEPS`` as serve languages left out best.
            second_order: Whether to differentiate through the inner steps (MAML), or not (first-order MAML).
        """
        if steps is None:
            steps = self.steps_chosen(second_order=second_order)
        path = _path(self.lessons, self.pooled, second_order=second_order, seed=self.seed)
        return next(islice(path, steps, None))

    @single_thread()
    def steps_chosen(self, *, choices: Collection[int] = STEPS, second_order: bool = True) -> int:
        """The number of outer steps after which languages left out are ranked best, each by what others taught.

        Where leaving a language out leaves nothing to learn from, nothing tells when to stop, and it is 0.
        """
        scores: dict[int, list[float]] = {steps: [] for steps in choices}
        for fold in self._folds:
            path = _path(fold.rest, fold.blind, second_order=second_order, seed=self.seed)
            for steps, ranker in enumerate(islice(path, max(choices) + 1)):
                if steps in scores:
                    random = np.random.default_rng(self.seed)
                    scores[steps].append(float(np.mean([_score(ranker, each, random) for each in fold.out])))
        if not any(scores.values()):
            return 0
        return max(sorted(scores), key=lambda steps: np.mean(scores[steps]))

    @single_thread()
    def hierarchy(self, ranker: Ranker) -> Hierarchy:
        """``ranker`` and a memory of where lessons of each kind lead, calibrated as it is when it has remembered.

        Where a memory of others does not serve the languages left out, and where there is none, it stays empty.
        """
        if not self.remembers:
            return Hierarchy(ranker, Memory(0))
        blind = [(fold.recalled(each), each) for fold in self._folds for each in fold.out]
        return Hierarchy(_as_sure_as(ranker, blind), remembered(ranker, self.lessons, seed=self.seed))

    @cached_property
    def remembers(self) -> bool:
        """Whether languages left out are ranked better, on average, by what lessons of their kind taught."""
        gains = [
            np.mean([_precision(fold.recalled(each), each) - _precision(fold.blind, each) for each in fold.out])
            for fold in self._folds
        ]
        return bool(gains) and float(np.mean(gains)) > 0

    @cached_property
    def _folds(self) -> Sequence[Fold]:
        """One for each language that leaves something to learn from."""
        found = []
        for language in sorted({name for each in self.lessons for name in each.languages}):
            rest = [each for each in self.lessons if language not in each.languages]
            out = [each for each in self.lessons if language in each.languages]
            if rest:
                found.append(Fold(rest, out, self._at_once(rest), self.seed))
        return found

    def _at_once(self, lessons: Sequence[Lesson]) -> Ranker:
        together = Examples.together(each.examples for each in lessons)
        features, truth = together.features, together.truth
        found = train(features, truth, self.names, reorder=True, training=TRANSFER, seed=self.seed)
        return replace(found, relative=True)


def _as_sure_as(ranker: Ranker, blind: Sequence[tuple[Ranker, Lesson]]) -> Ranker:
    """``ranker``, calibrated by what others like it said to lessons that had not taught them."""
    logits = np.concatenate([each.logits(lesson.examples.features) for each, lesson in blind])
    return calibrated(ranker, logits, np.concatenate([lesson.examples.truth for _, lesson in blind]))


def _precision(ranker: Ranker, lesson: Lesson) -> float:
    return _right(ranker.logits(lesson.examples.features), lesson.examples.truth)


def _path(lessons: Sequence[Lesson], start: Ranker, *, second_order: bool, seed: int) -> Iterator[Ranker]:
    """``start``, and what it is after each outer step."""
    given = [_tensors(start, each.examples) for each in lessons]
    weights = {name: torch.tensor(value).requires_grad_() for name, value in start.weights.items()}
    optimiser = torch.optim.Adam(list(weights.values()), lr=RATE)
    random = np.random.default_rng(seed)
    while True:
        yield replace(start, weights={name: each.detach().clone().numpy() for name, each in weights.items()})
        lesson = given[random.integers(len(given))]
        support, query = (_some(lesson, rows) for rows in _split(len(lesson.inputs), random))
        own = descend(weights, *support, second_order=second_order)
        optimiser.zero_grad()
        surprise(forward(own, query.inputs), query.wanted).backward()  # type: ignore[no-untyped-call]
        optimiser.step()


def _split(words: int, random: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The words of an episode that are known, and those that are asked."""
    order = random.permutation(words)
    known = min(int(random.choice(COUNTS)), words // 2)
    return order[:known], order[known : known + ASKED]


def _score(ranker: Ranker, lesson: Lesson, random: np.random.Generator) -> float:
    return float(np.mean([_right(*_asked(ranker, lesson, random)) for _ in range(TRIALS)]))


def _right(logits: Matrix, truth: NDArray[np.bool_]) -> float:
    return float(truth[np.arange(len(truth)), logits.argmax(axis=1)].mean())


def _asked(ranker: Ranker, lesson: Lesson, random: np.random.Generator) -> tuple[Matrix, NDArray[np.bool_]]:
    """Logits and truth of the words of an episode, after it showed the known ones."""
    found = lesson.examples
    known, asked = _split(len(found.words), random)
    return adapted(ranker, found.features[known], found.truth[known]).logits(found.features[asked]), found.truth[asked]


def _tensors(ranker: Ranker, found: Examples) -> Tensors:
    return Tensors(standardised(ranker, found.features), torch.from_numpy(found.truth.astype(np.float32)))


def _some(lesson: Tensors, rows: NDArray[np.int64]) -> Tensors:
    return Tensors(lesson.inputs[rows], lesson.wanted[rows])
