"""Learning to believe: the weights of each round, fitted on languages whose dictionaries are known.

Every round is a convex problem (multinomial logistic regression over all words as candidates), and the next round's
training states are those that the fitted weights lead to, so that training meets what a new language will meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.threads import single_thread
from isogloss.meta.matching.belief import CHANNELS, Matching, beliefs, circumstances, mutual, nearness, scores

ROUNDS = 8
DECAY = 1e-3
METRIC_STEPS, METRIC_RATE = 25, 0.1


@dataclass(frozen=True, eq=False)
class Case:
    """A training pair: two languages, few seeds, and the pairs that should be found."""

    source: str
    target: str
    seeds: Seeds
    gold: Seeds

    def wanted(self, sources: int, targets: int) -> tuple[Tensor, Tensor]:
        """The rows of the pairs to find among so many frequent words; the seeds' words are not asked."""
        new = self.gold.within(sources, targets).without(self.seeds.source).reversed().without(self.seeds.target)
        return torch.from_numpy(new.target), torch.from_numpy(new.source)


@dataclass(frozen=True, eq=False)
class Weights:
    """``metric``, shape ``(f,)``, judges standings; ``rounds``, shape ``(rounds, channels, 3)``, weigh channels.

    The last axis is that of ``meta.matching.belief.circumstances``.
    """

    metric: Tensor
    rounds: Tensor

    def of_round(self, number: int, given: Tensor) -> Tensor:
        """The weights of the channels in these circumstances; after the last learned round its weights stay."""
        return self.rounds[min(number, len(self.rounds) - 1)] @ given


class Learned(NamedTuple):
    """The weights, and the pairs that they led to in each of the training cases."""

    weights: Weights
    proposals: tuple[Seeds, ...]


@single_thread()
def learn(
    spaces: Mapping[str, Matrix],
    standings: Mapping[str, Tensor],
    cases: Sequence[Case],
    *,
    rounds: int = ROUNDS,
    progress: Progress = silent,
) -> Learned:
    """Fit the weights to ``cases``.

    Args:
        spaces: Normalised vectors by language.
        standings: ``meta.matching.word_descriptors`` by language.
        cases: What to learn from; the languages of a new pair must not be among them.
        rounds: How many rounds get weights of their own.
        progress: Watches the rounds.
    """
    wanted = [case.wanted(len(standings[case.source]), len(standings[case.target])) for case in cases]
    metric = _metric(standings, cases, wanted)
    matchings = [
        Matching.of(
            spaces[case.source],
            spaces[case.target],
            case.seeds,
            (standings[case.source], standings[case.target]),
            metric,
        )
        for case in cases
    ]
    believed: list[Tensor | None] = [None] * len(cases)
    weights = torch.zeros(len(CHANNELS), 3)
    weights[:, 0] = 1.0
    found, proposals = list[Tensor](), list[Seeds]()
    for _ in progress(range(rounds), "Learning to match", rounds):
        channels = [each.channels(belief) for each, belief in zip(matchings, believed, strict=True)]
        given = [circumstances(each[0], of.count) for each, of in zip(channels, matchings, strict=True)]
        weights = _fitted(weights, channels, given, wanted)
        judged = [scores(each, weights @ of) for each, of in zip(channels, given, strict=True)]
        believed, proposals = [beliefs(each) for each in judged], [Seeds(*mutual(each).numpy().T) for each in judged]
        found.append(weights)
    return Learned(Weights(metric, torch.stack(found)), tuple(proposals))


def loss(score: Tensor, wanted: tuple[Tensor, Tensor]) -> Tensor:
    """The mean surprise at the right words, asked from either side."""
    source, target = wanted
    right = score[source, target]
    forward = torch.logsumexp(score[source], dim=1)
    backward = torch.logsumexp(score[:, target], dim=0)
    return (forward + backward - 2 * right).mean() / 2


def _metric(standings: Mapping[str, Tensor], cases: Sequence[Case], wanted: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
    """What the standings alone say, fitted to one case of each pair of languages."""
    one = {(case.source, case.target): asked for case, asked in zip(cases, wanted, strict=True)}
    width = next(iter(standings.values())).shape[1]
    logs = torch.full((width,), -3.0, requires_grad=True)
    optimiser = torch.optim.Adam([logs], lr=METRIC_RATE)
    for _ in range(METRIC_STEPS):
        surprise = torch.stack(
            [loss(nearness(standings[a], standings[b], logs.exp()), asked) for (a, b), asked in one.items()]
        ).mean()
        optimiser.zero_grad()
        (surprise + DECAY * logs.exp().sum()).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return logs.detach().exp()


def _fitted(
    start: Tensor, channels: Sequence[Tensor], given: Sequence[Tensor], wanted: Sequence[tuple[Tensor, Tensor]]
) -> Tensor:
    weights = start.clone().requires_grad_()
    optimiser = torch.optim.LBFGS([weights], max_iter=8, line_search_fn="strong_wolfe")
    asked = [
        (each[:, source], each[:, :, target], each[:, source, target])
        for each, (source, target) in zip(channels, wanted, strict=True)
    ]

    def value() -> Tensor:
        optimiser.zero_grad()
        total = DECAY * (weights - start).square().sum()
        for (forward, backward, right), of in zip(asked, given, strict=True):
            mixed = weights @ of
            surprise = torch.logsumexp(scores(forward, mixed), 1) + torch.logsumexp(scores(backward, mixed), 0)
            total = total + (surprise - 2 * mixed @ right).mean() / (2 * len(asked))
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(value)  # type: ignore[no-untyped-call]
    return weights.detach()
