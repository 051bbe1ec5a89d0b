"""Explanation of a translation: features, seeds, past tasks and paths of the graph, for any word and candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.func import functional_call

from isogloss.data.compute import as_tensor
from isogloss.data.errors import VocabularyError
from isogloss.data.words import cleaned
from isogloss.kg.graph import Graph
from isogloss.kg.results import Path
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.meta.learners.weights import Weights
from isogloss.meta.models.candidate_ranker import probabilities
from isogloss.meta.new_language.adaptation import Adapted
from isogloss.meta.tasks.candidate_episodes import CANDIDATES, Sides
from isogloss.meta.tasks.candidate_features import FEATURES, candidates, describe

STEPS = 64  # points of the path integral (midpoint rule); round number
TRANSLATIONS = 1000  # of a word in the graph, among which the candidate is looked up; round number


class Contribution(NamedTuple):
    """What a feature adds to the score of a candidate, in log odds, over an average candidate."""

    feature: str
    value: float
    effect: float


class NearSeed(NamedTuple):
    """A known pair near the word on one side and near the candidate on the other, in cosines of each language."""

    source: str
    target: str
    near_source: float
    near_target: float


class PastTask(NamedTuple):
    """A training task in the memory that moved the start of this one, and its share of the attention."""

    task: str
    share: float


@dataclass(frozen=True)
class Explanation:
    """Why ``target`` was ranked where it is among the candidates of ``source``.

    ``score`` is the log odds against "no candidate is right"; it is ``average``, the score of a candidate whose every
    feature is average, and the sum of the effects in ``contributions``, largest first. ``paths`` are those of the graph
    from the one word to the other. A word that was itself a seed has no score: ``seed`` is true.
    """

    source: str
    target: str
    rank: int | None
    probability: float
    score: float
    average: float
    contributions: tuple[Contribution, ...]
    seeds: tuple[NearSeed, ...]
    memory: tuple[PastTask, ...]
    paths: tuple[Path, ...]
    seed: bool = False

    def as_json(self) -> dict[str, Any]:
        """Everything, for ``json.dumps``."""
        return {
            "source": self.source,
            "target": self.target,
            "rank": self.rank,
            "probability": self.probability,
            "seed": self.seed,
            "score": self.score,
            "average": self.average,
            "contributions": [contribution._asdict() for contribution in self.contributions],
            "seeds": [pair._asdict() for pair in self.seeds],
            "memory": [task._asdict() for task in self.memory],
            "paths": [
                {"words": [str(word) for word in path.words], "score": path.score, "licence": path.licence}
                | {"sources": sorted({claim.source.name for step in path.steps for claim in step.claims})}
                for path in self.paths
            ],
        }

    def lines(self, features: int = 8) -> list[str]:
        """The explanation for a reader, with so many of the features, largest effects first."""
        lines = [self._headline()]
        if not self.seed:
            lines += [f"score {self.score:+.2f} = average {self.average:+.2f} and, by feature:"]
            lines += [
                f"  {contribution.effect:+.2f}  {contribution.feature} = {contribution.value:.3f}"
                for contribution in self.contributions[:features]
            ]
            remaining = self.contributions[features:]
            if remaining:
                lines.append(f"  {sum(feature.effect for feature in remaining):+.2f}  {len(remaining)} other features")
        lines += ["nearest seeds:"] if self.seeds else ["no seed is near"]
        lines += [
            f"  {pair.source} → {pair.target}  ({pair.near_source:.2f} to {self.source}, {pair.near_target:.2f} to "
            f"{self.target})"
            for pair in self.seeds
        ]
        lines += ["read from memory:"] if self.memory else ["nothing was read from memory"]
        lines += [f"  {past.share:.0%}  {past.task}" for past in self.memory]
        lines += ["evidence in the graph:"] if self.paths else ["no evidence in a graph"]
        lines += [f"  {path}" for path in self.paths]
        return lines

    def _headline(self) -> str:
        if self.seed:
            return f"{self.source} → {self.target}: given as a seed"
        place = "no candidate" if self.rank is None else f"candidate {self.rank}"
        return f"{self.source} → {self.target}: {place}, probability {self.probability:.3f}"

    def __str__(self) -> str:
        return "\n".join(self.lines())


def explain(
    adapted: Adapted, word: str, candidate: str | None = None, *, graph: Graph | None = None, seeds: int = 5
) -> Explanation:
    """Explain the best translation of ``word``, or ``candidate``, whether it was among the candidates or not.

    Args:
        adapted: A model adapted to two languages.
        word: A word of the source language.
        candidate: A word of the target language; by default the most probable translation.
        graph: Where to look for evidence.
        seeds: How many near seeds to name.

    Raises:
        VocabularyError: One of the words has no vector.
    """
    sides = adapted.sides
    row = int(sides.source.indices([word])[0])
    retrieved = candidates(adapted.surveys, np.array([row]), CANDIDATES)[0]
    gold = adapted.seeds.gold.get(row, set())
    wanted = None if candidate is None else int(sides.target.indices([candidate])[0])
    if wanted is None and gold:
        wanted = min(gold)
    scored = retrieved if wanted is None or wanted in retrieved else np.append(retrieved, wanted)
    features = _features(adapted, row, scored)
    with torch.no_grad():
        scores = functional_call(adapted.ranker, dict(adapted.weights), (features,))[0]
    place = int(scores.argmax()) if wanted is None else int(np.flatnonzero(scored == wanted)[0])
    target = int(scored[place])
    order = scores[: len(retrieved)].argsort(descending=True, stable=True).tolist()
    average, effects = contributions(adapted.ranker, adapted.weights, features[0, place])
    named = zip(FEATURES, features[0, place].tolist(), effects, strict=True)
    seeded = target in gold
    return Explanation(
        word,
        sides.target.words[target],
        order.index(place) + 1 if place < len(retrieved) else None,
        1.0 if seeded else float(probabilities(scores)[place]),
        float(scores[place]),
        average,
        tuple(sorted((Contribution(*parts) for parts in named), key=lambda contribution: -abs(contribution.effect))),
        nearest_seeds(sides, adapted.seeds, row, target, seeds),
        tuple(PastTask(*past) for past in adapted.past_tasks),
        ()
        if graph is None
        else evidence(graph, word, sides.source.language, sides.target.words[target], sides.target.language),
        seeded,
    )


def contributions(ranker: nn.Module, weights: Weights, x: Tensor, steps: int = STEPS) -> tuple[float, list[float]]:
    """The score of an average candidate, and what each feature of ``x`` adds to it.

    Integrated gradients from the average of training tasks to ``x`` (Sundararajan, Taly and Yan, 2017), by the
    midpoint rule: the effects add up to the difference of the scores.

    Args:
        ranker: A network with the average in its buffer ``mean``, shape ``(features,)``.
        weights: Its parameters.
        x: The features of one candidate, shape ``(features,)``.
        steps: Points at which the gradient is taken.
    """
    start: Tensor = ranker.mean  # type: ignore[assignment]
    share = (torch.arange(steps, dtype=x.dtype) + 0.5) / steps
    along = (start + share[:, None] * (x - start)).requires_grad_()
    score = functional_call(ranker, dict(weights), (along[None],))
    (gradient,) = torch.autograd.grad(score.sum(), along)
    with torch.no_grad():
        average = float(functional_call(ranker, dict(weights), (start[None, None],)))
    return average, ((x - start) * gradient.mean(dim=0)).tolist()


def nearest_seeds(sides: Sides, seeds: Seeds, row: int, target: int, count: int) -> tuple[NearSeed, ...]:
    """The seed pairs that are near on both sides: by the product of the cosines in the two languages."""
    near_source = np.maximum(sides.x[seeds.source] @ sides.x[row], 0)
    near_target = np.maximum(sides.y[seeds.target] @ sides.y[target], 0)
    best: NDArray[np.int64] = np.argsort(-(near_source * near_target), kind="stable")[:count]
    return tuple(
        NearSeed(
            sides.source.words[int(seeds.source[at])],
            sides.target.words[int(seeds.target[at])],
            float(near_source[at]),
            float(near_target[at]),
        )
        for at in best.tolist()
        if near_source[at] * near_target[at] > 0
    )


def evidence(graph: Graph, word: str, source: str, candidate: str, target: str) -> tuple[Path, ...]:
    """The paths of the graph from ``word`` to ``candidate``, strongest first; none where it lacks one of them."""
    try:
        translations = graph.translate(word, source, target, k=TRANSLATIONS)
    except VocabularyError:
        return ()
    return next(
        (
            translation.evidence
            for translation in translations
            if cleaned(translation.word, target) == cleaned(candidate, target)
        ),
        (),
    )


def _features(adapted: Adapted, row: int, targets: Sequence[int] | NDArray[np.int64]) -> Tensor:
    sides = adapted.sides
    features = describe(
        adapted.surveys, sides.source, sides.target, adapted.seeds, np.array([row]), np.asarray(targets)[None]
    )
    return as_tensor(features)
