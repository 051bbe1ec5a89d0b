"""What a ranker is sure of becomes what the maps are fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from isogloss.data.compute import DEFAULT, Compute
from isogloss.lexicon.alignment.presets import Method
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.calibration import followed, verdict
from isogloss.lexicon.induction.crossfit import Crossfit, crossfit
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.self_learning.training_pairs import Evidence

FEW_ROUNDS = 2  # where few words are known: the first pairs were found by cosine alone, and a second round pays


class Harvest(NamedTuple):
    """The evidence with harvested pairs, all words judged by fits to it, and an account of each round."""

    evidence: Evidence
    checked: Crossfit
    rounds: Sequence[dict[str, int]]


def harvested(
    space: Space,
    method: Method,
    evidence: Evidence,
    checked: Crossfit,
    taught: Ranker | None,
    *,
    compute: Compute = DEFAULT,
) -> Harvest:
    """Let the pairs that a ranker is sure of join the known ones, and judge anew (after Karan et al., 2020).

    Every word is judged by a fit that did not have its pair, so that no pair confirms itself. A ranker ``taught``
    elsewhere knows the order of pairs better than how many there are: its harvest is no smaller than the evidence.
    Only the fits after the last round are tuned, and with a method that harvests nothing all stays as it is.

    Args:
        space: The words that take part.
        method: Its ``harvests`` says how often; twice that where the ranker is ``taught`` elsewhere.
        evidence: The pairs so far.
        checked: Fits to them, with the candidates of all words.
        taught: A ranker that other languages taught; without it one is trained on the known words each time.
        compute: The seed of the rankers' training, the device, and who watches the folds.
    """
    rounds = []
    for left in reversed(range(method.self_training_rounds * (1 if taught is None else FEW_ROUNDS))):
        known = evidence.gold.source
        if taught is None:
            ranker = verdict(checked.onward, known, method, None, compute.seed).ranker
        else:  # how sure names of things make it says little of how many pairs to take
            ranker = followed(taught, checked.onward, known, checked.candidates.features)
        found = checked.candidates.mutual_pairs(ranker, min_pairs=0 if taught is None else len(evidence.pairs))
        evidence = evidence.joined(found)
        rounds.append({"harvested": len(found), "pairs": len(evidence.pairs)})
        current = method.untuned() if left else method
        everyone = left > 0 or taught is not None  # a relative ranker wants to meet them all
        checked = crossfit(space, current, evidence, everyone=everyone, compute=compute)
    return Harvest(evidence, checked, rounds)
