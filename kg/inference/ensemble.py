"""The ensemble: several small models, each with its own view of a candidate, and the mean of what they say.

Each is a logistic regression on few features. One model of all features fits the languages it learns from better, and
is further off for the languages that it is asked about: what a number of rivals or of paths means depends on the
dictionaries at hand. The views fail differently, so that their mean is steadier than the best of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.errors import VocabularyError
from kg.inference.examples import FEWEST, Examples
from kg.inference.features import Described, Table
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
PENALTY = 5.0  # on the square of the weights
STEPS = 12  # of Newton's method; it converges in fewer
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
        return _logistic(_with_one(self.standardised(described.table(self.names))) @ self.weights)

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
        return _logistic(self.slope * _odds(mean) + self.shift)


@dataclass(frozen=True)
class Ensemble:
    """One panel for words of which nothing is known, and one for the others."""

    fresh: Panel
    told: Panel
    reach: float  # what share of the true pairs are candidates at all

    def probability(self, described: Described) -> Weights:
        """How likely each candidate is a translation that a dictionary would have."""
        told = described.columns["known_more"] > 0
        found: Weights = np.where(told, self.told.probability(described), self.fresh.probability(described))
        return found

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
    """Fit all views to examples, in the measure of the candidates that will be asked about.

    Where another source tells what one of the two words means, a second translation is less likely, and looks
    different. Examples of either sort teach their own sort, if there are enough of them. Only examples of the very
    languages in question make the mean of the views surer than it is: with others, its caution is well founded.

    Raises:
        VocabularyError: There is nothing to learn from.
    """
    if not lessons:
        raise VocabularyError(
            "found no dictionary that could be hidden and looked for in the rest of the graph, expected at least one "
            "whose languages both have dictionaries into a third; use --method walk or otic, which need not learn"
        )
    every = _Lesson.of(lessons)
    told = every.columns["known_more"] > 0
    own = all(each.described.found is asked.found for each in lessons)
    make = _calibrated if own else _panel
    fresh, informed = (make(every.taken(some) if some.sum() >= FEWEST else every, asked) for some in (~told, told))
    return Ensemble(fresh, informed, mean_reach(lessons))


def _panel(lesson: _Lesson, asked: Described) -> Panel:
    return Panel(_views(lesson, asked))


def _calibrated(lesson: _Lesson, asked: Described) -> Panel:
    """All views, and from two halves that judge each other, how sure they may be."""
    judged = np.empty(len(lesson.truth))
    for half in (lesson.half, ~lesson.half):
        if not 0 < half.sum() < len(half):
            return Panel(_views(lesson, asked))
        views = _views(lesson.taken(half), asked)
        table = {view: view.standardised(lesson.table(view.names)[~half]) for view in views}
        judged[~half] = np.mean([_logistic(_with_one(rows) @ view.weights) for view, rows in table.items()], axis=0)
    odds = _with_one(_odds(judged)[:, None])
    shift, slope = _regression(odds, lesson.truth, lesson.importance / lesson.importance.mean()).tolist()
    return Panel(_views(lesson, asked), slope, shift)


def _views(lesson: _Lesson, asked: Described) -> tuple[View, ...]:
    views = []
    for view in VIEWS.values():
        names = (*view, *ALWAYS)
        table = asked.table(names)
        empty = View(names, table.mean(axis=0), table.std(axis=0) + 0.05, np.zeros(len(names) + 1))
        seen = _with_one(empty.standardised(lesson.table(names)))
        weights = _regression(seen, lesson.truth, lesson.importance / lesson.importance.mean())
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


def _regression(table: Table, truth: Weights, importance: Weights) -> Weights:
    """Weights of the most likely logistic regression, by Newton's method; the intercept is not held back."""
    weights = np.zeros(table.shape[1])
    penalty = PENALTY * np.eye(len(weights))
    penalty[0, 0] = 1e-6
    for _ in range(STEPS):
        chance = _logistic(table @ weights)
        slope = table.T @ (importance * (chance - truth)) + penalty @ weights
        curve = (table * (importance * chance * (1 - chance))[:, None]).T @ table + penalty
        weights = weights - np.linalg.solve(curve, slope)
    return weights


def _logistic(value: Weights) -> Weights:
    found: Weights = 1 / (1 + np.exp(-np.clip(value, -30, 30)))
    return found


def _odds(chance: Weights) -> Weights:
    """The logarithm of the odds."""
    held = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.log(held / (1 - held))


def _with_one(table: Table) -> Table:
    return np.column_stack([np.ones(len(table)), table])
