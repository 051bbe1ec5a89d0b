"""Word translation scored by the conventions of the field, which differ and are therefore named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.dictionary import Dictionary
from data.errors import VocabularyError
from lexicon.seeds import FEWEST
from lexicon.translator import Translator

DEPTH = 100  # translations that are looked at for the reciprocal rank
BANDS = (1_000, 5_000, 20_000, 200_000)  # frequency ranks of the source word


@dataclass(frozen=True)
class Score:
    """``words`` source words judged, the shares with a gold translation among the first 1, 5, 10, and 1 / rank."""

    words: int
    precision_at_1: float
    precision_at_5: float
    precision_at_10: float
    mean_reciprocal_rank: float

    @classmethod
    def of(cls, ranks: NDArray[np.int64]) -> Score:
        """From each word's rank of its best gold translation; 0 where none was found."""
        if len(ranks) == 0:
            return cls(0, float("nan"), float("nan"), float("nan"), float("nan"))
        first, five, ten = (float(((ranks > 0) & (ranks <= k)).mean()) for k in (1, 5, 10))
        return cls(len(ranks), first, five, ten, float(np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0).mean()))


@dataclass(frozen=True)
class Evaluation:
    """Scores by convention and by kind of word.

    ``scores`` holds ``muse`` (words without a vector, or without any gold translation that has one, are left out; any
    gold counts: MUSE and VecMap), ``fasttext`` (left-out words count as wrong), ``xling`` (each gold pair is a query of
    its own), ``identical`` and ``different`` (by whether a gold translation is spelled alike), and frequency bands.
    ``coverage`` is the share of test words that ``muse`` judges.
    """

    coverage: float
    scores: Mapping[str, Score]

    def rows(self) -> list[tuple[object, ...]]:
        """For a table: name, words, P@1, P@5, P@10, MRR."""
        return [(name, *asdict(score).values()) for name, score in self.scores.items()]

    def summary(self) -> dict[str, Any]:
        """For JSON."""
        return {"coverage": self.coverage, "scores": {name: asdict(score) for name, score in self.scores.items()}}


def evaluate(translator: Translator, test: Dictionary) -> Evaluation:
    """Score the translations of the words of ``test``.

    Raises:
        VocabularyError: Fewer than a handful of test words can be judged.
    """
    gold = test.lowercased()
    known = gold.within(translator.source, translator.target)
    words = list(known.by_source)
    if len(words) < FEWEST:
        raise VocabularyError(
            f"{test.origin.name}: found {len(words)} test words of {len(gold.by_source)} with vectors on both sides, "
            f"expected at least {FEWEST}; check that the languages are in the right order"
        )
    lists = {word: [each.translation for each in found] for word, found in translator.translate(words, DEPTH).items()}
    ranks = np.array([_first(lists[word], known.by_source[word]) for word in words])
    missed = np.zeros(len(gold.by_source) - len(words), dtype=np.int64)
    alike = np.array([word in known.by_source[word] for word in words])
    by_pair = np.array([_first(lists[pair.source], [pair.target]) for pair in known])
    scores = {
        "muse": Score.of(ranks),
        "fasttext": Score.of(np.concatenate([ranks, missed])),
        "xling": Score.of(by_pair),
        "identical": Score.of(ranks[alike]),
        "different": Score.of(ranks[~alike]),
    }
    frequency = translator.source.indices(words)
    scores |= {name: Score.of(ranks[inside]) for name, inside in _bands(frequency) if inside.any()}
    return Evaluation(len(words) / len(gold.by_source), scores)


def _first(found: Sequence[str], gold: Iterable[str]) -> int:
    places = [found.index(word) + 1 for word in gold if word in found]
    return min(places, default=0)


def _bands(frequency: NDArray[np.int64]) -> list[tuple[str, NDArray[np.bool_]]]:
    edges = (0, *BANDS)
    return [(f"rank {low + 1:,}-{high:,}", (frequency >= low) & (frequency < high)) for low, high in pairwise(edges)]
