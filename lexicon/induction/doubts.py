"""What a reader of a lexicon should know before trusting it: the warnings of a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isogloss.lexicon.alignment.validation import FEW_WORDS
from isogloss.lexicon.induction.entries import Entries
from isogloss.lexicon.ranking.prior import Prior
from isogloss.lexicon.self_learning.growth import CLEAR_RATIO

if TYPE_CHECKING:
    from isogloss.lexicon.induction.pipeline import TrainingData

LOW_PROBABILITY = 0.3  # mean of the first translations, below which the report warns; round number, not tuned
LOW_PRECISION = 0.2  # at 1 on held-out words, below which the report warns; round number, not tuned


def unsure(entries: Entries, source: str, target: str) -> list[str]:
    """What to do where most translations are improbable."""
    if entries.mean_probability >= LOW_PROBABILITY:
        return []
    return [
        f"the mean probability of the first translations is {entries.mean_probability:.0%}; {len(entries):,} pairs "
        "are sure enough to be written; add seeds (`isogloss meta adapt --suggest` chooses words to ask a speaker of "
        f"{source} and {target} for), or take vectors of similar texts; --for recall writes more pairs"
    ]


def doubts(data: TrainingData, prior: Prior | None, precision: float, words: int) -> list[str]:
    """What a reader of the lexicon should know before trusting it."""
    warnings, training_pairs = list[str](), data.training_pairs
    if prior is not None and not data.method.reranked and not training_pairs.supervised:
        warnings.append(
            f"the {prior.name} has no ranker, and the bundled one has seen a language that is new to it: candidates "
            "are in the order of CSLS; a model of more languages or larger dictionaries has a ranker"
        )
    if not training_pairs.supervised and not training_pairs.above_chance:
        warnings.append(
            f"self-learning is near chance level (agreement {training_pairs.chance_ratio:.2f} times that of random "
            f"pairs, need {CLEAR_RATIO:g}): most of the lexicon may be wrong, whatever the few held-out words say; "
            "more seeds or a larger --max-vocab may help"
        )
    if precision < LOW_PRECISION:
        warnings.append(
            f"precision at 1 is {precision:.0%} on {words} held-out seed words (below {LOW_PRECISION:.0%}): "
            + ("so few words say little; " if words < FEW_WORDS else "the spaces share little structure; ")
            + "more seeds, a larger --max-vocab or vectors from similar texts may help"
        )
    return warnings
