"""The candidate ranker of ``lexicon.ranker``, meta-learned on few-shot episodes of other languages (MAML)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from data.errors import VocabularyError
from data.vectors import Matrix, Vectors
from lexicon.candidates import Candidates
from lexicon.crossfit import Examples
from lexicon.features import FEATURES
from lexicon.fit import Fit, Space
from lexicon.growth import Grown, Stage, Start, grow
from lexicon.methods import METHODS, Method
from lexicon.ranker import Ranker, calibrated, descend, forward, standardised, surprise, train
from lexicon.seeds import Seeds
from lexicon.threads import single_thread

METHOD: Method = replace(METHODS["reranked"], bent=False)
STAGES = tuple(Stage(words, 0.0) for words in (2_000, 4_000, 8_000))  # after the pairs that a prior proposes
ASKED = 600  # words of an episode
STEPS, RATE = 120, 1e-3


@dataclass(frozen=True, eq=False)
class Found:
    """A pair of languages as self-learning from few ``seeds`` left it: a fit to ``pairs``."""

    space: Space
    seeds: Seeds
    pairs: Seeds

    @classmethod
    def of(cls, space: Space, seeds: Seeds, first: Seeds, stages: Sequence[Stage] = STAGES) -> Found:
        """Grow ``first`` pairs by mutual neighbours among ever more words."""
        begun = Grown.begun(Start("first pairs", seeds, first))
        return cls(space, seeds, grow(space, begun, stages=stages).pairs)

    def examples(self, asked: Seeds, *, without_seeds: bool = False) -> Examples:
        """The candidates of the words of ``asked``, and which are right; ``without_seeds`` as if none had been known.

        Raises:
            VocabularyError: Self-learning found nothing to fit to.
        """
        pairs = self.pairs.without(self.seeds.source) if without_seeds else self.pairs
        if len(pairs.words) == 0:
            raise VocabularyError("self-learning found no pairs, expected some to fit a map to; give more seeds")
        fit = Fit.of(self.space, METHOD, pairs)
        extractor = fit.extractor(fit.direction(self.space), self.space)
        return Examples.of(Candidates.of(extractor, asked.words, self.space.source.words), asked)


@dataclass(frozen=True, eq=False)
class Episode:
    """``support`` are the candidates of the seeds, by a map that did not see them; ``query`` those of other words."""

    support: Examples
    query: Examples

    @classmethod
    def of(cls, found: Found, gold: Seeds, random: np.random.Generator) -> Episode:
        """Ask ``gold`` words that are no seeds."""
        space = found.space
        rest = gold.within(len(space.x), len(space.y)).without(found.seeds.source)
        asked = rest.only(random.permutation(rest.words)[:ASKED])
        seeds = found.seeds.within(len(space.x), len(space.y))
        return cls(found.examples(seeds, without_seeds=True), found.examples(asked))


@single_thread()
def pooled(episodes: Sequence[Episode], *, seed: int = 0) -> Ranker:
    """A ranker trained on all query words at once, as if there were no episodes; calibrated on them."""
    features, truth = _queries(episodes)
    return _calibrated(train(features, truth, FEATURES, reorder=True, seed=seed), episodes, adapt=False)


@single_thread()
def meta_learned(
    episodes: Sequence[Episode], start: Ranker, *, steps: int = STEPS, second_order: bool = True, seed: int = 0
) -> Ranker:
    """``start`` trained on, so that the steps of ``lexicon.ranker.adapted`` on the seeds lead to where queries need it.

    Args:
        episodes: What to learn from.
        start: The pooled ranker; meta-training after pre-training does better than from nothing (Langedijk et al.,
            2022).
        steps: Outer steps, of one episode each.
        second_order: Whether to differentiate through the inner steps (MAML), or not (first-order MAML).
        seed: Draws the episodes.
    """
    tensors = [_tensors(start, each) for each in episodes]
    weights = {name: torch.tensor(value).requires_grad_() for name, value in start.weights.items()}
    optimiser = torch.optim.Adam(list(weights.values()), lr=RATE)
    random = np.random.default_rng(seed)
    for _ in range(steps):
        support, known, query, wanted = tensors[random.integers(len(tensors))]
        own = descend(weights, support, known, second_order=second_order) if len(support) else weights
        optimiser.zero_grad()
        surprise(forward(own, query), wanted).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    learned = {name: weight.detach().numpy() for name, weight in weights.items()}
    return _calibrated(replace(start, weights=learned), episodes, adapt=True)


def _calibrated(ranker: Ranker, episodes: Sequence[Episode], *, adapt: bool) -> Ranker:
    from lexicon.ranker import adapted

    logits = [
        (adapted(ranker, each.support.features, each.support.truth) if adapt else ranker).logits(each.query.features)
        for each in episodes
    ]
    return calibrated(ranker, np.concatenate(logits), _queries(episodes)[1])


def _queries(episodes: Sequence[Episode]) -> tuple[Matrix, NDArray[np.bool_]]:
    features = np.concatenate([each.query.features for each in episodes])
    return features, np.concatenate([each.query.truth for each in episodes])


def _tensors(ranker: Ranker, episode: Episode) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    support, query = episode.support, episode.query
    return (
        standardised(ranker, support.features),
        torch.from_numpy(support.truth.astype(np.float32)),
        standardised(ranker, query.features),
        torch.from_numpy(query.truth.astype(np.float32)),
    )


def spaces_of(vectors: Mapping[str, Vectors], source: str, target: str, words: int) -> Space:
    """Two languages' most frequent words, normalised as ``METHOD`` wants them."""
    return Space.of(vectors[source].first(words), vectors[target].first(words), METHOD.centring)
