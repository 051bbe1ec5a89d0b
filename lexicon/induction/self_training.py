"""Self-training: the pairs that a ranker finds most probable become pseudo-labels that maps are fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from isogloss.data.compute import DEFAULT, Compute
from isogloss.lexicon.alignment.presets import Method
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.calibration import fit_ranker, uncalibrated_ranker
from isogloss.lexicon.induction.crossfit import Crossfit, Listed, crossfit
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.self_learning.training_pairs import TrainingPairs

# Where few words are known, the first pairs were found by cosine alone, and a second round pays (docs/decisions.md).
ROUNDS_PRETRAINED = 2  # times the rounds of the method, with a pre-trained ranker; chosen by hand, not tuned


class SelfTraining(NamedTuple):
    """The training pairs with pseudo-labels, the cross-fit to them, and a summary of each round."""

    training_pairs: TrainingPairs
    crossfit: Crossfit
    rounds: Sequence[dict[str, int]]


def self_trained(
    space: Space,
    method: Method,
    training_pairs: TrainingPairs,
    cross: Crossfit,
    pretrained: Ranker | None,
    *,
    compute: Compute = DEFAULT,
) -> SelfTraining:
    """Add pseudo-labels to the known pairs and cross-fit again, round by round (after Karan et al., 2020).

    A word is labelled by a fit that did not have its pair, so that no pair confirms itself. A ``pretrained`` ranker
    orders pairs better than it tells how many are right: it labels at least as many pairs as there were. Only the fits
    after the last round are fine-tuned; with a method of no self-training rounds all stays as it is.

    Args:
        space: The words that take part.
        method: Its ``self_training_rounds`` are made, ``ROUNDS_PRETRAINED`` times as many with a pre-trained ranker.
        training_pairs: The pairs so far.
        cross: The cross-fit to them, with the candidates of all words.
        pretrained: A ranker trained on other languages; without it one is trained on the known words each time.
        compute: The seed of the rankers' training, the device, and who watches the folds.
    """
    rounds = []
    for left in reversed(range(method.self_training_rounds * (1 if pretrained is None else ROUNDS_PRETRAINED))):
        gold = training_pairs.gold.source
        if pretrained is None:
            ranker = fit_ranker(cross.forward, gold, method, None, compute.seed).ranker
        else:  # calibration on names of things says little of how many other pairs are right
            ranker = uncalibrated_ranker(pretrained, cross.forward, gold, cross.candidates.features)
        labels = cross.candidates.mutual_pairs(ranker, min_pairs=0 if pretrained is None else len(training_pairs.pairs))
        training_pairs = training_pairs.with_pseudo_labels(labels)
        rounds.append({"pseudo_labels": len(labels), "pairs": len(training_pairs.pairs)})
        current = method.untuned() if left else method
        last = left == 0
        # A pre-trained ranker is relative to the features of all words.
        candidates: Listed = "paired" if last and pretrained is None else "all"
        cross = crossfit(
            space, current, training_pairs, candidates=candidates, backward=last, preliminary=not last, compute=compute
        )
    return SelfTraining(training_pairs, cross, rounds)
