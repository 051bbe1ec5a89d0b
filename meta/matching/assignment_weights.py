"""Weights of the soft assignment in each round, fitted on languages whose dictionaries are known.

Every round is a convex problem (multinomial logistic regression over all words as candidates), and the next round's
training states are those that the fitted weights lead to, so that training sees the states that a new language will.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from isogloss.data.numerics.adam import Adam, Rate
from isogloss.data.progress import Progress, silent
from isogloss.data.threads import single_thread
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.meta.matching.soft_assignment import (
    PAIR_FEATURES,
    MatchingProblem,
    covariates,
    descriptor_similarity,
    mutual_nearest,
    scores,
    soft_assignment,
)
from isogloss.meta.matching.training_cases import TrainingCase

TRAINING_WORDS = 1_200  # most frequent words of each language in training; with 3,000 no better (docs/decisions.md)
ROUNDS = 8  # rounds with weights of their own; round number
DECAY = 1e-3  # weight decay, in nats per squared unit of a weight, against the round before; round number
METRIC_STEPS, METRIC_RATE = 25, 0.1  # steps of Adam and their rate, in log weight of a descriptor; round numbers
METRIC_START = -3.0  # natural logarithm of every descriptor's first weight, about 0.05; round number
FIT_ITERATIONS = 8  # of L-BFGS in each round; chosen by hand, not tuned by a script


@dataclass(frozen=True, eq=False)
class AssignmentWeights:
    """Weights of word descriptors, and of the features of a pair of words in each round.

    ``metric``, shape ``(f,)``, weighs squared differences of descriptors. ``rounds``, shape ``(rounds, features, 3)``,
    gives the weight of each of ``PAIR_FEATURES`` as a linear function of ``meta.matching.soft_assignment.covariates``.
    """

    metric: Tensor
    rounds: Tensor

    def of_round(self, number: int, given: Tensor) -> Tensor:
        """The weights of the features for these covariates; the last learned round serves all after it."""
        return self.rounds[min(number, len(self.rounds) - 1)] @ given


class FittedWeights(NamedTuple):
    """The weights, and the mutual nearest neighbors that they lead to in each of the training cases."""

    weights: AssignmentWeights
    matched: tuple[Seeds, ...]


@single_thread()
def fit_weights(
    spaces: Mapping[str, Matrix],
    descriptors: Mapping[str, Tensor],
    cases: Sequence[TrainingCase],
    *,
    rounds: int = ROUNDS,
    progress: Progress = silent,
) -> FittedWeights:
    """Fit the weights to ``cases``.

    Args:
        spaces: Normalised vectors by language, shape ``(n, d)``.
        descriptors: ``meta.matching.word_descriptors`` by language, shape ``(words, f)``.
        cases: What to learn from; the languages of a new pair must not be among them.
        rounds: How many rounds get weights of their own.
        progress: Watches the rounds.
    """
    queries = [case.query(len(descriptors[case.source]), len(descriptors[case.target])) for case in cases]
    metric = _metric(descriptors, cases, queries)
    problems = [
        MatchingProblem.of(
            spaces[case.source],
            spaces[case.target],
            case.seeds,
            (descriptors[case.source], descriptors[case.target]),
            metric,
        )
        for case in cases
    ]
    assignments: list[Tensor | None] = [None] * len(cases)
    weights = torch.zeros(len(PAIR_FEATURES), 3)
    weights[:, 0] = 1.0
    by_round, matched = list[Tensor](), list[Seeds]()
    for _ in progress(range(rounds), "Learning to match", rounds):
        features = [problem.features(assignment) for problem, assignment in zip(problems, assignments, strict=True)]
        given = [covariates(own[0], problem.seed_count) for own, problem in zip(features, problems, strict=True)]
        weights = _fitted(weights, features, given, queries)
        scored = [scores(own, weights @ covariate) for own, covariate in zip(features, given, strict=True)]
        assignments = [soft_assignment(score) for score in scored]
        matched = [Seeds(*mutual_nearest(score).numpy().T) for score in scored]
        by_round.append(weights)
    return FittedWeights(AssignmentWeights(metric, torch.stack(by_round)), tuple(matched))


def cross_entropy(score: Tensor, query: tuple[Tensor, Tensor]) -> Tensor:
    """The mean cross-entropy of the right words in nats, asked from either side, of all words as candidates."""
    source, target = query
    right = score[source, target]
    forward = torch.logsumexp(score[source], dim=1)
    backward = torch.logsumexp(score[:, target], dim=0)
    return (forward + backward - 2 * right).mean() / 2


def _metric(
    descriptors: Mapping[str, Tensor], cases: Sequence[TrainingCase], queries: Sequence[tuple[Tensor, Tensor]]
) -> Tensor:
    """Weights of the descriptors without any other feature, fitted to one case of each pair of languages."""
    by_pair = {(case.source, case.target): query for case, query in zip(cases, queries, strict=True)}
    width = next(iter(descriptors.values())).shape[1]
    logs = torch.full((width,), METRIC_START, requires_grad=True)
    optimiser = Adam([logs])
    for _ in range(METRIC_STEPS):
        losses = [
            cross_entropy(descriptor_similarity(descriptors[a], descriptors[b], logs.exp()), query)
            for (a, b), query in by_pair.items()
        ]
        loss = torch.stack(losses).mean()
        optimiser.step(loss + DECAY * logs.exp().sum(), Rate(METRIC_RATE))
    return logs.detach().exp()


def _fitted(
    start: Tensor, features: Sequence[Tensor], given: Sequence[Tensor], queries: Sequence[tuple[Tensor, Tensor]]
) -> Tensor:
    """The weights of one round, shape ``(features, 3)``, with a Gaussian prior around those of the round before."""
    weights = start.clone().requires_grad_()
    optimiser = torch.optim.LBFGS([weights], max_iter=FIT_ITERATIONS, line_search_fn="strong_wolfe")
    query_features = [
        (own[:, source], own[:, :, target], own[:, source, target])
        for own, (source, target) in zip(features, queries, strict=True)
    ]

    def objective() -> Tensor:
        optimiser.zero_grad()
        total = DECAY * (weights - start).square().sum()
        for (forward, backward, right), covariate in zip(query_features, given, strict=True):
            mixed = weights @ covariate
            partition = torch.logsumexp(scores(forward, mixed), 1) + torch.logsumexp(scores(backward, mixed), 0)
            total = total + (partition - 2 * mixed @ right).mean() / (2 * len(query_features))
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(objective)  # type: ignore[no-untyped-call]
    return weights.detach()
