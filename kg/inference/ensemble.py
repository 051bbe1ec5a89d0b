"""The ensemble: a probability from the scores of all methods and everything else that is known of a candidate.

Two languages that have a dictionary teach it themselves: several small models, each a logistic regression with its own
view of a candidate, and the mean of what they say. The views fail differently, so that their mean is steadier than the
best of them. Two languages without one get the ``prior``, which many other dictionaries have taught.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from kg.inference.examples import FEWEST, Examples
from kg.inference.features import Described, Table
from kg.inference.prior import prior
from kg.inference.regression import logistic, odds, regression, with_one
from kg.inference.web import Flags, Weights

ALWAYS = ("known_less", "spelling", "same_script", "induced")
VIEWS: Mapping[str, tuple[str, ...]] = {
    "consultation": ("otic", "walk_share_less"),
    "portions": ("otic_part_less", "otic_part_more"),
    "consultation and portions": ("otic", "walk_share_less", "otic_part_less", "otic_part_more"),
    "walks": ("walk_part_less", "walk_part_more", "walk_share_less", "walk_share_more"),
    "paths and cycles": (
        *("clearest_path", "rivals_less", "rivals_more", "walk_share_less", "walk_share_more", "otic"),
        "cycle_density",
    ),
}
# Own examples from which a rate is surer than that of other dictionaries: its standard error is 0.05, and they differ
# by 0.07 (``benchmarks.quality.teaching``).
TELLING = 100
WIDEST = 5.0  # standard deviations that an example may lie from the candidates in question


@dataclass(frozen=True, eq=False)
class View:
    """A logistic regression on some of the features, standardised."""

    names: tuple[str, ...]
    mean: Weights
    deviation: Weights
    weights: Weights  # the first is the intercept

    def probability(self, described: Described) -> Weights:
        """What the view makes of each candidate."""
        return logistic(with_one(self.standardised(described.table(self.names))) @ self.weights)

    def standardised(self, table: Table) -> Table:
        """Features with the mean 0 and the deviation 1 among the candidates that are asked about."""
        return np.clip((table - self.mean) / self.deviation, -WIDEST, WIDEST)


@dataclass(frozen=True)
class Panel:
    """The views together: the mean of what they say, made as sure as it proved on examples not seen (Platt, 1999)."""

    views: tuple[View, ...]
    slope: float = 1.0
    shift: float = 0.0

    def probability(self, described: Described) -> Weights:
        """What the panel makes of each candidate."""
        mean = np.mean([view.probability(described) for view in self.views], axis=0)
        return logistic(self.slope * odds(mean) + self.shift)


@dataclass(frozen=True)
class Panels:
    """One panel for words of which nothing is known, and one for the others."""

    fresh: Panel
    told: Panel

    def probability(self, described: Described) -> Weights:
        """What the panel that a candidate belongs to makes of it."""
        told = described.columns["known_more"] > 0
        found: Weights = np.where(told, self.told.probability(described), self.fresh.probability(described))
        return found


class Model(Protocol):
    """Anything that gives candidates probabilities: panels, or the prior."""

    def probability(self, described: Described) -> Weights:
        """How likely each candidate is a translation."""
        ...


@dataclass(frozen=True)
class Ensemble:
    """A model, and what share of the true pairs are candidates at all."""

    model: Model
    reach: float

    def probability(self, described: Described) -> Weights:
        """How likely each candidate is a translation that a dictionary would have."""
        return self.model.probability(described)

    def threshold(self, probability: Weights) -> float:
        """The probability to ask for so that the expected F1 is highest, given what cannot be reached."""
        return best_threshold(probability, probability, np.ones(len(probability)), self.reach)


@dataclass(frozen=True)
class _Lesson:
    """All examples in one: the columns of every feature, what is true, and how much each counts."""

    columns: Mapping[str, Weights]
    truth: Weights
    importance: Weights
    half: Flags  # one of two halves that share no source word

    @classmethod
    def of(cls, lessons: Sequence[Examples]) -> _Lesson:
        names = lessons[0].described.columns
        columns = {
            name: np.concatenate([each.described.columns[name][each.rows] for each in lessons]) for name in names
        }
        halves = [np.unique(each.words, return_inverse=True)[1] % 2 == 0 for each in lessons]
        return cls(
            columns,
            np.concatenate([each.truth for each in lessons]).astype(np.float64),
            np.concatenate([each.importance for each in lessons]),
            np.concatenate(halves),
        )

    def taken(self, chosen: Flags) -> _Lesson:
        """Some of the examples."""
        columns = {name: column[chosen] for name, column in self.columns.items()}
        return _Lesson(columns, self.truth[chosen], self.importance[chosen], self.half[chosen])

    def table(self, names: Sequence[str]) -> Table:
        """Some of the features."""
        return np.stack([self.columns[name] for name in names], axis=1)


def fit(lessons: Sequence[Examples], asked: Described) -> Ensemble:
    """The ensemble for the candidates that will be asked about.

    Examples of the very languages in question, if there are enough of them, fit views in the measure of the candidates.
    Where another source tells what one of the two words means, a second translation is less likely, and looks
    different: examples of either sort teach their own sort. Examples of other languages teach nothing here but how many
    of the true pairs are candidates; the prior knows more dictionaries than any one graph has.
    """
    own = [each for each in lessons if each.described.found is asked.found]
    reach = mean_reach(lessons) if lessons else prior().reach
    if sum(len(each.rows) for each in own) < TELLING:
        return Ensemble(prior(), reach)
    every = _Lesson.of(own)
    told = every.columns["known_more"] > 0
    fresh, informed = (
        _calibrated(every.taken(some) if some.sum() >= FEWEST else every, asked) for some in (~told, told)
    )
    return Ensemble(Panels(fresh, informed), reach)


def _calibrated(lesson: _Lesson, asked: Described) -> Panel:
    """All views, and from two halves that judge each other, how sure they may be."""
    judged = np.empty(len(lesson.truth))
    for half in (lesson.half, ~lesson.half):
        if not 0 < half.sum() < len(half):
            return Panel(_views(lesson, asked))
        views = _views(lesson.taken(half), asked)
        table = {view: view.standardised(lesson.table(view.names)[~half]) for view in views}
        judged[~half] = np.mean([logistic(with_one(rows) @ view.weights) for view, rows in table.items()], axis=0)
    said = with_one(odds(judged)[:, None])
    shift, slope = regression(said, lesson.truth, lesson.importance / lesson.importance.mean()).tolist()
    return Panel(_views(lesson, asked), slope, shift)


def _views(lesson: _Lesson, asked: Described) -> tuple[View, ...]:
    views = []
    for view in VIEWS.values():
        names = (*view, *ALWAYS)
        table = asked.table(names)
        empty = View(names, table.mean(axis=0), table.std(axis=0) + 0.05, np.zeros(len(names) + 1))
        seen = with_one(empty.standardised(lesson.table(names)))
        weights = regression(seen, lesson.truth, lesson.importance / lesson.importance.mean())
        views.append(replace(empty, weights=weights))
    return tuple(views)


def mean_reach(lessons: Sequence[Examples]) -> float:
    """The share of true pairs that are candidates, over all examples."""
    importance = [each.importance.sum() for each in lessons]
    return float(np.average([each.reach for each in lessons], weights=importance))


def best_threshold(score: Weights, truth: Weights, importance: Weights, reach: float) -> float:
    """The score that gives the highest F1, where ``truth`` (0 to 1) is ``reach`` of all that should be found."""
    order = np.argsort(-score, kind="stable")
    right, taken = np.cumsum((truth * importance)[order]), np.cumsum(importance[order])
    if not len(score) or right[-1] <= 0:
        return 1.0
    ordered = score[order]
    last = np.append(ordered[1:] != ordered[:-1], True)  # equals are taken together
    measure = np.where(last, 2 * right / (taken + right[-1] / reach), 0.0)
    return float(ordered[int(measure.argmax())])
