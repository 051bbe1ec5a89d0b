"""Cross-fitting: candidates of every word by a fit to the other folds, to train rankers on and to validate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isogloss.data.compute import DEFAULT, Compute
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.presets import Method
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.validation import Validation, gold_ranks, pooled, separation
from isogloss.lexicon.ranking.candidates import Candidates
from isogloss.lexicon.ranking.fit import Fit
from isogloss.lexicon.search.direction import Direction
from isogloss.lexicon.search.index import Rows
from isogloss.lexicon.self_learning.training_pairs import TrainingPairs

VALIDATION_WORDS = 1_000  # held-out words of a fold whose gold ranks are computed; round number, not tuned

Truth = NDArray[np.bool_]
Listed = Literal["labelled", "paired", "all"]  # words: of the ranker's examples, of the pairs, of the folds


@dataclass(frozen=True, eq=False)
class Examples:
    """Candidates of held-out words: features ``(n, k, f)``, which are right ``(n, k)``, and the words ``(n,)``."""

    words: Rows
    features: Matrix
    truth: Truth

    @classmethod
    def of(cls, candidates: Candidates, gold: Seeds) -> Examples:
        """The candidates of the words of ``gold``."""
        labelled = candidates.of_words(gold.words)
        truth = np.array(
            [
                [row in gold.gold[word] for row in listed]
                for word, listed in zip(labelled.words.tolist(), labelled.rows.tolist(), strict=True)
            ]
        )
        return cls(labelled.words, labelled.features, truth.reshape(labelled.rows.shape))

    def of_words(self, words: Rows) -> Examples:
        """Those of ``words``."""
        chosen = np.isin(self.words, words)
        return Examples(self.words[chosen], self.features[chosen], self.truth[chosen])

    def first(self, count: int) -> Examples:
        """The first ``count`` words."""
        return Examples(self.words[:count], self.features[:count], self.truth[:count])

    @classmethod
    def concatenated(cls, parts: Iterable[Examples]) -> Examples:
        """Several folds as one."""
        parts = list(parts)
        return cls(
            np.concatenate([part.words for part in parts]),
            np.concatenate([part.features for part in parts]),
            np.concatenate([part.truth for part in parts]),
        )


class CrossfitOptions(NamedTuple):
    """What a cross-fit makes beside the examples of source words; see ``crossfit``."""

    candidates: Listed
    backward: bool


@dataclass(frozen=True, eq=False)
class Crossfit:
    """What all folds give.

    Attributes:
        forward: Examples of source words.
        backward: Examples of target words; none where they were not asked for.
        linear: Validation of CSLS after the linear maps.
        corrected: Validation of CSLS after the kernel correction; that of the linear maps where there is none.
        candidates: Those of all words asked for.
    """

    forward: Examples
    backward: Examples
    linear: Validation
    corrected: Validation
    candidates: Candidates


def crossfit(
    space: Space,
    method: Method,
    training_pairs: TrainingPairs,
    *,
    candidates: Listed = "labelled",
    backward: bool = True,
    preliminary: bool = False,
    compute: Compute = DEFAULT,
) -> Crossfit:
    """Hold out all words fold by fold; their candidates and ranks come from a fit to the pairs of the other folds.

    Args:
        space: May hold fewer words than ``training_pairs``; pairs outside it are left out.
        method: What is fitted.
        training_pairs: The pairs, their folds, and the words that make examples.
        candidates: Of which words to return them.
        backward: Make examples of target words, too, which only the last fits need.
        preliminary: Other fits follow to the pairs that these find: fewer folds do.
        compute: The device, and who watches the folds.
    """
    folds = training_pairs.folds(len(space.x), preliminary=preliminary)
    parts = [
        _fold(space, method, training_pairs, held_out, CrossfitOptions(candidates, backward), compute.device)
        for held_out in compute.progress(folds, "Cross-fitting", len(folds))
    ]
    forward, reverse, linear, corrected, of_folds = zip(*parts, strict=True)
    return Crossfit(
        Examples.concatenated(forward),
        Examples.concatenated(reverse),
        pooled(linear),
        pooled(corrected),
        Candidates.concatenated(of_folds),
    )


def _fold(
    space: Space, method: Method, training_pairs: TrainingPairs, held_out: Rows, wanted: CrossfitOptions, device: str
) -> tuple[Examples, Examples, Validation, Validation, Candidates]:
    size = len(space.x), len(space.y)
    pairs, gold = training_pairs.pairs.within(*size), training_pairs.gold.within(*size)
    validation_seeds = training_pairs.validation_seeds.within(*size)
    train, test = pairs.without(held_out), (gold if len(gold) else validation_seeds).only(held_out)
    labels = pairs.only(np.intersect1d(held_out, training_pairs.ranker_words))
    ranked = test.only(held_out[np.isin(held_out, test.words)][:VALIDATION_WORDS])
    fit = Fit.of(space, method, train)
    direction = fit.direction(space, search="auto", compute=Compute(device=device))
    apart = separation(direction.source, direction.target, validation_seeds.only(held_out))
    of_pairs = pairs.only(held_out) if wanted.candidates == "paired" else labels
    words = held_out if wanted.candidates == "all" else of_pairs.words
    candidates = Candidates.of(fit.extractor(direction, space), words, space.source.words)
    forward = Examples.of(candidates, labels)

    def validation(source: Matrix, density: Matrix) -> Validation:
        ranks = gold_ranks(source, direction.target, density, ranked)
        return Validation(ranks, apart, len(direction.target))

    return (
        forward,
        _backward(fit, direction, space, labels) if wanted.backward else forward.first(0),
        validation(direction.source, direction.backward_retrieval.target_density),
        validation(direction.corrected_source, direction.forward_retrieval.target_density),
        candidates,
    )


def _backward(fit: Fit, direction: Direction, space: Space, labels: Seeds) -> Examples:
    # A target word that another pair of the fit has is not held out.
    unseen = labels.reversed().without(fit.pairs.target)
    return Examples.of(
        Candidates.of(fit.backward_extractor(direction, space), unseen.words, space.target.words), unseen
    )
